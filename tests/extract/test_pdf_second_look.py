"""The quick ways through a PDF find what the slow ones find."""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from pdfminer.arcfour import Arcfour
from pdfminer.converter import PDFLayoutAnalyzer
from pdfminer.layout import LTChar, LTContainer, LTPage
from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

from scanner.extract._budget import Budget
from scanner.extract._pdf import content, quick
from scanner.extract._pdf import text as second
from scanner.extract._pdf.document import Document, NotLoadedError, all_characters, loaded_text, objects_on
from scanner.extract._pdf.letters import spelled_out
from scanner.extract._pdf.rc4 import Document as LockedDocument
from scanner.extract._pdf.rc4 import rc4
from scanner.extract._pdf.scan import scanned
from scanner.extract._pdf.text import pages_again
from scanner.model.document import Blob
from scanner.model.limits import DEFAULT_LIMITS
from scanner.model.place import Place


def _made(*contents: bytes) -> bytes:
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    fonts = pikepdf.Dictionary(F1=pikepdf.Dictionary({key: pikepdf.Name(name) for key, name in font.items()}))
    page.obj.Resources = pikepdf.Dictionary(Font=fonts)
    below = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.CIDFontType0,
        BaseFont=pikepdf.Name.Column,
        CIDSystemInfo=pikepdf.Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        DW2=[880, -1000],
        W2=[1, [-500, 250, 880]],
    )
    fonts.F2 = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type0,
        BaseFont=pikepdf.Name.Column,
        Encoding=pikepdf.Name("/Identity-V"),
        DescendantFonts=[below],
    )
    page.obj.Contents = pikepdf.Array([pdf.make_stream(data) for data in contents])
    stream = io.BytesIO()
    pdf.save(stream)
    return stream.getvalue()


def _read(data: bytes) -> list[str]:
    blob = Blob(Place("a.pdf"), "application/pdf", data)
    return [segment.text for segment in pages_again(blob, Budget(DEFAULT_LIMITS, len(data)), None)]


_SHOWN = b"BT /F1 12 Tf 72 700 Td (Harvest) Tj "
_CONTENTS = {
    "plain": (_SHOWN + b"0 -20 TD <53616c6d6f6e> Tj T* [(Per) -10 (ch) 5.5] TJ .5 +1 -2. rg ET",),
    "escapes": (_SHOWN + rb"(a\(b\)\\c\101) Tj (x) ' 1 2 (y) "[:] + b'" ET',),
    "two streams": (_SHOWN, b"(Perch) Tj ET"),
    "too few values": (b"Tj 5 Td " + _SHOWN + b"ET",),
    "an unknown word": (b"1 2 frobnicate d0 " + _SHOWN + b"ET",),
    "a stray bracket": (b"] " + _SHOWN + b"ET",),
    "a word in a list": (b"[/A x] 0 d " + _SHOWN + b"ET",),
    "a dictionary": (b"/Span <</ActualText (no)>> BDC " + _SHOWN + b"ET EMC",),
    "nested values": (b"/Span <</A <</B (no)>>>> BDC " + _SHOWN + b"ET EMC",),
    "too few values after some": (_SHOWN + b"(Perch) 5 frobnicate Tj ET",),
    "values at the end": (_SHOWN + b"ET 12",),
    "a broken end": (_SHOWN + b"(Perch",),
    "the other strings": (_SHOWN + b"3 2 (one two) \" 14 TL (three) ' 5 Ts 80 Tz (four) Tj ET",),
    "nested brackets": (_SHOWN + b"(a (b) c) Tj ET",),
    "a picture": (b"BI /W 1 /H 1 /CS /G /BPC 8 ID x EI " + _SHOWN + b"ET",),
    "nothing": (b"",),
}


@pytest.mark.parametrize("name", _CONTENTS)
def test_contents_say_what_they_say_to_pdfminer(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = _made(*_CONTENTS[name])
    quick = _read(data)
    monkeypatch.setattr(content, "_LARGEST", -1)
    assert quick == _read(data)
    assert name == "nothing" or "Harvest" in quick[0]


def test_plain_contents_are_run_here_and_others_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[bool] = []
    run = content.Interpreter._run

    def watched(self: content.Interpreter, *values: Any) -> bool:
        ran.append(run(self, *values))
        return ran[-1]

    monkeypatch.setattr(content.Interpreter, "_run", watched)
    for name in ("plain", "escapes", "two streams", "a dictionary", "nested values", "too few values after some"):
        _read(_made(*_CONTENTS[name]))
    assert ran == [True, True, True, True, False, False]


@pytest.mark.parametrize("size", [5, 6, 7, 10, 16])
def test_rc4_deciphers_with_every_length_of_key(size: int) -> None:
    key = bytes(range(1, size + 1))
    assert rc4(key, b"seven fat salmon") == Arcfour(key).decrypt(b"seven fat salmon")


@pytest.mark.parametrize("revision", [2, 3, 4])
def test_a_file_locked_with_rc4_is_read_again(revision: int) -> None:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(_made(*_CONTENTS["plain"]))) as pdf:
        locked = pikepdf.Encryption(owner="o", user="", R=revision, aes=False, metadata=False)
        pdf.save(stream, encryption=locked)
    assert _read(stream.getvalue()) == _read(_made(*_CONTENTS["plain"]))


def test_letters_that_stand_twice_are_one_word_also_outside_of_the_first_plane() -> None:
    assert list(spelled_out("a SSEECCRREETT b")) == ["SECRET"]
    assert list(
        spelled_out("a \U0001d400\U0001d400\U0001d401\U0001d401\U0001d402\U0001d402\U0001d403\U0001d403 b")
    ) == ["\U0001d400\U0001d401\U0001d402\U0001d403"]
    assert not list(spelled_out("a SSEECCR b"))


def test_a_number_that_is_written_with_zeros_is_referred_to() -> None:
    data = b"1 0 obj<</Contents 0002 0 R>>endobj 2 0 obj<</Length 0>>stream\n\nendstream endobj"
    scan = scanned(data, Budget(DEFAULT_LIMITS, len(data)))
    assert [scan.is_referenced(found) for found in scan.objects] == [True]


class _Laid(PDFLayoutAnalyzer):
    """Gathers where pdfminer itself says that characters stand."""

    def __init__(self) -> None:
        super().__init__(PDFResourceManager(), laparams=None)
        self.placed: list[tuple[str, tuple[float, float, float, float]]] = []

    def receive_layout(self, ltpage: LTPage) -> None:
        self.placed += [(item.get_text(), item.bbox) for item in _characters(ltpage)]


def _characters(container: LTContainer[Any]) -> Iterator[LTChar]:
    for item in container:
        if isinstance(item, LTChar):
            yield item
        elif isinstance(item, LTContainer):
            yield from _characters(item)


@pytest.mark.parametrize(
    "shown",
    [
        b"72 700 Td (two words) Tj 0 -20 Td [(Per) -200 (ch) 50 (e s)] TJ",
        b"3 Tw 2 Tc 80 Tz 5 Ts 72 700 Td (two words) Tj (more) '",
        b"0 1 -1 0 300 100 Tm (turned) Tj .7 .7 -.7 .7 300 300 Tm (slanted) Tj -1 0 0 -1 90 90 Tm (over) Tj",
        b"/F2 20 Tf 2 Tc 300 700 Td <000100020020> Tj [<0001> 500 <0002>] TJ /F1 9 Tf (on) Tj",
        b"72 700 Td (a) Tj [[(nested)] (b)] TJ (cd) TJ",
    ],
)
def test_characters_stand_where_pdfminer_says(shown: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    data = _made(b"BT /F1 12 Tf " + shown + b" ET")
    device = _Laid()
    for page in PDFPage.create_pages(PDFDocument(PDFParser(io.BytesIO(data)))):
        PDFPageInterpreter(device.rsrcmgr, device).process_page(page)
    placed: list[tuple[str, tuple[float, ...]]] = []
    monkeypatch.setattr(second._Characters, "_add", lambda _, *character: placed.append(character))
    _read(data)

    assert [text for text, _ in placed] == [text for text, _ in device.placed]
    assert [edges for _, edges in placed] == [pytest.approx(edges) for _, edges in device.placed]
    assert placed


def test_only_the_pages_that_are_asked_for_are_read() -> None:
    blob = Blob(Place("a.pdf"), "application/pdf", _made(_SHOWN + b"ET"))

    assert not list(pages_again(blob, Budget(DEFAULT_LIMITS, 9), frozenset({2})))
    assert list(pages_again(blob, Budget(DEFAULT_LIMITS, 9), frozenset({1})))


def test_what_a_page_says_before_it_breaks_counts() -> None:
    assert _read(_made(_SHOWN + b"5 TJ (Perch) Tj ET")) == ["Harvest"]


@pytest.mark.parametrize("revision", [2, 3, 4])
def test_a_password_of_the_owner_opens_what_it_opens_in_pdfminer(revision: int) -> None:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(_made(*_CONTENTS["plain"]))) as pdf:
        locked = pikepdf.Encryption(owner="o", user="u", R=revision, aes=False, metadata=False)
        pdf.save(stream, encryption=locked)
    for password in ("o", "u"):
        keys = [
            kind(PDFParser(io.BytesIO(stream.getvalue())), password=password).decipher.__self__.key
            for kind in (LockedDocument, PDFDocument)
        ]
        assert keys[0] == keys[1]
    with pytest.raises(PDFPasswordIncorrect):
        LockedDocument(PDFParser(io.BytesIO(stream.getvalue())), password="x")
    with pytest.raises(NotLoadedError) as raised:
        Document(stream.getvalue())
    assert raised.value.protected


def test_a_document_without_pages_is_not_opened_and_needs_no_password() -> None:
    stream = io.BytesIO()
    pikepdf.new().save(stream)
    for data in (stream.getvalue(), b"no document"):
        with pytest.raises(NotLoadedError) as raised:
            Document(data)
        assert not raised.value.protected


def test_characters_at_the_ends_that_are_not_in_the_text_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    document = Document(_made(b"BT /F1 12 Tf 72 700 Td (Perch) Tj ET"))
    page = document.load(0)
    textpage = loaded_text(page)

    assert all_characters(textpage) == "Perch"
    assert [kind for _, kind in objects_on(page)] == [1]
    monkeypatch.setattr(quick, "place_in_text", lambda _, at: at - 1 if 0 < at < 4 else -1)
    assert all_characters(textpage) == "erc"
    monkeypatch.setattr(quick, "place_in_text", lambda *_: -1)
    assert all_characters(textpage) == ""
    quick.close_text(textpage)
    quick.close_page(page)
    document.close()
