"""Measures in how many encodings a marking is found: 121 small files in 41 pairs of language and encoding.

Each marking stands alone, in one sentence, and in forty lines; the last two also beside ordinary words of the
language. A file counts as found when `identify` calls it text and the marking stands in one of its readings.
Prints the misses, the number of readings a file, and the time for 1 MB of each of five encodings.
"""

import time
from collections.abc import Iterator

from scanner.extract import Budget, plain
from scanner.identify import identify
from scanner.model.document import Blob, Segment
from scanner.model.limits import DEFAULT_LIMITS
from scanner.model.place import Place

# A marking, a sentence around it, ordinary text, and the encodings; the one after a bar in its bare form only.
_LANGUAGES = (
    (
        "机密★10年",
        "本文件定为{}，请妥善保管。",
        "本文件内容涉及国家秘密，未经批准不得复制。",
        "gb18030 hz utf-16-le utf-16-be |utf-7",
    ),
    ("機密", "本文件列為{}等級。", "本文件內容涉及國家安全，非經核准不得複製。", "big5 utf-32-le"),
    ("極秘", "この文書は{}に指定されています。", "許可なく複製することを禁じます。", "cp932 euc_jp iso2022_jp"),
    ("비밀", "이 문서는 {}로 지정되었다.", "승인 없이 복사할 수 없다.", "euc_kr iso2022_kr"),
    (
        "СОВЕРШЕННО СЕКРЕТНО",
        "На документе стоит гриф {} с прошлого года.",
        "Настоящий документ содержит сведения, составляющие государственную тайну.",
        "cp1251 koi8_r cp866 iso8859_5 mac_cyrillic",
    ),
    ("ЦІЛКОМ ТАЄМНО", "На документі стоїть гриф {} з минулого року.", "Цей документ містить відомості.", "koi8_u"),
    (
        "ΑΠΟΡΡΗΤΟ",
        "Το έγγραφο φέρει την ένδειξη {} από πέρυσι.",
        "Το παρόν έγγραφο δεν αντιγράφεται.",
        "cp1253 iso8859_7 mac_greek cp737",
    ),
    (
        "PŘÍSNĚ TAJNÉ",
        "Dokument nese označení {} od loňska.",
        "Tento dokument obsahuje utajované informace.",
        "cp1250 iso8859_2 cp852 mac_latin2",
    ),
    (
        "ŚCIŚLE TAJNE",
        "Dokument nosi klauzulę {} od roku.",
        "Dokument zawiera informacje niejawne, nie powielać.",
        "iso8859_2",
    ),
    (
        "SZIGORÚAN TITKOS",
        "Az irat jelölése {} tavaly óta.",
        "Az irat minősített adatot tartalmaz, őrizni kell.",
        "cp1250",
    ),
    ("ÇOK GİZLİ", "Belge {} olarak işaretlenmiştir.", "Bu belge izinsiz çoğaltılamaz, şahsa özeldir.", "cp1254 cp857"),
    (
        "VS-NUR FÜR DEN DIENSTGEBRAUCH",
        "Das Papier ist {} eingestuft.",
        "Für Größe und Maß gilt die Übersicht.",
        "cp1252 cp850 mac_roman cp273",
    ),
    (
        "TRÈS SECRET",
        "Ce document est classé {} depuis hier.",
        "Ce document a été protégé, ne pas le reproduire à l’extérieur.",
        "cp1252",
    ),
    (
        "VISIŠKAI SLAPTAI",
        "Dokumentas pažymėtas {} nuo pernai.",
        "Šis dokumentas yra įslaptintas, nedauginti.",
        "cp1257",
    ),
    ("סודי ביותר", "המסמך סווג {} מאז השנה שעברה.", "אין להעתיק מסמך זה ללא אישור.", "cp1255"),
    ("سري للغاية", "صنفت الوثيقة {} منذ العام الماضي.", "لا يجوز نسخ هذه الوثيقة دون إذن.", "cp1256"),
    ("ลับที่สุด", "เอกสารนี้เป็นเอกสาร{}ของทางราชการ", "ห้ามคัดลอกเอกสารนี้โดยไม่ได้รับอนุญาต", "tis_620"),
    ("TOP SECRET//NOFORN", "The paper is marked {} since last year.", "This document must not be copied.", "cp037"),
    (
        "SECRETO",
        "El documento lleva la marca {} desde ayer.",
        "Este documento no se puede copiar sin autorización.",
        "cp500",
    ),
)
_TIMED = ("utf-8", "gb18030", "cp1251", "cp500", "utf-16-le")
_LINES = 40


def files() -> Iterator[tuple[str, str, bytes]]:
    """Yield a name, the marking and the bytes of each of the 121 files."""
    for marking, sentence, ordinary, codecs in _LANGUAGES:
        for said in codecs.split():
            codec = said.removeprefix("|")
            lines = [ordinary] * _LINES
            lines[_LINES // 2] = sentence.format(marking)
            shapes = {"bare": marking, "sentence": sentence.format(marking), "lines": "\n".join(lines) + "\n"}
            for shape, text in shapes.items():
                if shape == "bare" or not said.startswith("|"):
                    yield f"{codec} {shape} {marking}", marking, text.encode(codec)


def readings(data: bytes) -> list[str]:
    """Return the texts that the plain reader yields for a file that is told to be text; none for another."""
    media_type = identify(data)
    if media_type != "text/plain":
        return []
    blob = Blob(Place("f"), media_type, data)
    return [item.text for item in plain.extract(blob, Budget(DEFAULT_LIMITS, len(data))) if isinstance(item, Segment)]


def _main() -> None:
    found = total = read = 0
    for name, marking, data in files():
        texts = readings(data)
        total += 1
        read += len(texts)
        if any(marking in text for text in texts):
            found += 1
        else:
            print(f"missed: {name}: {identify(data)}, {len(texts)} readings")
    print(f"found: {found} of {total}; {read / total:.1f} readings a file")
    for marking, sentence, ordinary, codecs in _LANGUAGES:
        for codec in {*codecs.split(), *(["utf-8"] if "gb18030" in codecs else [])} & {*_TIMED}:
            line = f"{ordinary} {sentence.format(marking)}\n".encode(codec)
            data = line * ((1 << 20) // len(line))
            start = time.process_time()
            count = len(readings(data))
            print(f"1 MB {codec}: {1000 * (time.process_time() - start):.0f} ms, {count} readings")


if __name__ == "__main__":
    _main()
