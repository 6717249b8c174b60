"""The quick ways through a PDF find what the slow ones find."""

import io
from typing import Any

import pikepdf
import pytest
from pdfminer.arcfour import Arcfour

from scanner.extract._budget import Budget
from scanner.extract._pdf import content
from scanner.extract._pdf.letters import spelled_out
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
