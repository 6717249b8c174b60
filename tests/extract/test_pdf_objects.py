import random
import subprocess
import sys
import zlib

import pikepdf
import pytest

from bench.hiding._pdf import appended, changed, drawn, noted, stream, written
from scanner.extract import LimitReachedError, pdf
from scanner.extract._budget import Budget
from scanner.extract._pdf import scan as _pdf_scan
from scanner.extract._pdf import stream as _pdf_stream
from scanner.extract._pdf.crypt import decipher
from scanner.extract._pdf.scan import scanned
from scanner.extract._pdf.stream import unpacked
from scanner.extract._pdf.syntax import Name, Ref, parse, text
from scanner.extract._unreadable import UnreadableError
from scanner.model.limits import DEFAULT_LIMITS, Limits

T = "SECRET//NOFORN"
PAGE = {
    1: "<</Type/Catalog/Pages 2 0 R>>",
    2: "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Annots 9 0 R>>",
}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (b"/A#20b", Name("A b")),
        (b"/\xe4", Name("ä")),
        (b"(a\\(b\\)\\\nc\\101\\n\\q)", b"a(b)cA\nq"),
        (b"(a(b(c))d) (e)", b"a(b(c))d"),
        (b"(a\r\nb)", b"a\nb"),
        (b"(never (closed", b"never (closed"),
        (b"<48 4>", b"H@"),
        (b"<zz> /A", None),
        (b"[1 -2.5 true null (x)]", [1, -2.5, True, None, b"x"]),
        (b"[1 2 3]", []),
        (b"<</A 1 0 R/B<</C(d)>>>>", {"A": Ref(1), "B": {"C": b"d"}}),
        (b"<</A/B 5 /C>>", {"A": Name("B")}),
        (b"<</A[(b)", {"A": [b"b"]}),
        (b"[ % remark ]\n(a)]", [b"a"]),
        (b"+-1", -1),
        (b"1.2.3", 0),
        (b"]>>", None),
        (b"", None),
    ],
)
def test_a_value_is_read(source, value):
    assert parse(source) == value


def test_nesting_without_end_is_flattened():
    value = parse(b"[" * 5000 + b"(x)" + b"]" * 5000 + b"(y)")

    for _ in range(100):
        value = value[0]
    assert value == b"x"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (b"\xfe\xff\x00A\x04\x16", "AЖ"),
        (b"\xff\xfeA\x00", "A"),
        (b"\xef\xbb\xbf\xc3\xa9", "é"),
        (b"\x80\x92", "•™"),
        (b"\xfe\xff\x00\x1b\x00e\x00n\x00\x1b\x00A", "A"),
        (Name("Draft"), "Draft"),
        (5, ""),
    ],
)
def test_a_text_string_says_its_encoding(value, words):
    assert text(value) == words


def _unpacked(attributes, data, limits=DEFAULT_LIMITS):
    return unpacked(parse(attributes), data, Budget(limits, 1000))


@pytest.mark.parametrize(
    ("attributes", "data"),
    [
        (b"<<>>", b"words"),
        (b"<</Filter/FlateDecode>>", zlib.compress(b"words")),
        (b"<</Filter[/Fl/Crypt]>>", zlib.compress(b"words")),
        (b"<</Filter/FlateDecode>>", b"\0\0" + zlib.compress(b"words")[2:]),
        (b"<</Filter/ASCIIHexDecode>>", b"776f72647 3>"),
        (b"<</Filter[/A85]>>", b"GB4mJF!~>"[:7] + b"~>"),
        (b"<</Filter/RunLengthDecode>>", b"\x04words\x80"),
    ],
)
def test_a_packed_stream_is_unpacked(attributes, data):
    assert _unpacked(attributes, data)[0][:4] in {b"word", b"wo\x7fd", b"why "} or b"A85" in attributes


def test_a_stream_that_was_written_as_differences_of_rows_is_put_right():
    rows = zlib.compress(b"\x02abc\x02\x01\x01\x01")

    assert _unpacked(b"<</Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 3>>>>", rows) == (b"abcbcd", True)
    assert _unpacked(b"<</Filter/FlateDecode/DecodeParms[<</Predictor 2/Columns 3>>]>>", zlib.compress(b"a\x01\x01"))[
        0
    ] == (b"abc")
    assert _unpacked(b"<</Filter/FlateDecode/DecodeParms<</Predictor 12/Columns (x)>>>>", rows)[0].startswith(
        b"\x02abc"
    )


def test_what_comes_before_a_fault_is_kept():
    packed = bytearray(zlib.compress(b"".join(b"%d" % (number * number) for number in range(2000))))
    packed[-40:] = b"\xff" * 40
    data, whole = _unpacked(b"<</Filter/FlateDecode>>", bytes(packed))

    assert len(data) > 10000
    assert not whole


@pytest.mark.parametrize(
    "attributes",
    [
        b"<</Filter/DCTDecode>>",
        b"<</Filter/ASCII85Decode>>",
        b"<</Filter/LZWDecode/DecodeParms<</Predictor 12/Columns 3/BitsPerComponent 3>>>>",
    ],
)
def test_what_cannot_be_unpacked_is_said(attributes):
    with pytest.raises(UnreadableError):
        _unpacked(attributes, b"\x80\x0b\x60\x50zz\xff\xff" * 3)


def test_unpacking_stops_at_the_budget_and_where_enough_was_seen():
    bomb = zlib.compress(b"\0" * 3_000_000)

    with pytest.raises(LimitReachedError, match="too large"):
        _unpacked(b"<</Filter/FlateDecode>>", bomb, Limits(member_bytes=1000))
    assert len(unpacked({"Filter": Name("Fl")}, bomb, Budget(DEFAULT_LIMITS, 9), 100_000)[0]) < 200_000


def test_objects_are_found_where_no_table_leads_to_them():
    data = b"%PDF-1.7\n1 0 obj (a) 2 0 obj<</Length 99>>stream\nendob (b)\nendstream endobj endobj3 0 obj(c)"
    found = scanned(data, Budget(DEFAULT_LIMITS, len(data)))

    assert [(item.number, item.value()) for item in found.objects] == [(1, b"a"), (2, {"Length": 99}), (3, b"c")]


@pytest.mark.parametrize("end", [b"\r\nendstream", b"\nendstream", b"endstream", b" endobj", b""])
def test_a_stream_ends_at_its_mark_where_its_length_is_wrong(end):
    data = b"1 0 obj<</Length 3>>stream\nwords" + end
    item = scanned(data, Budget(DEFAULT_LIMITS, len(data))).objects[0]

    assert data[slice(*item.stream)].strip() == b"words"


def _object_stream(content, first=None, attributes=""):
    packed = zlib.compress(content)
    return stream(packed, f"/Type/ObjStm/N 1/First {content.index(b'(') if first is None else first}{attributes}")


def test_strings_in_object_streams_are_read(read):
    more = {20: _object_stream(b"21 0 22 3 (a)<</Contents(" + T.encode() + b")>>", attributes="/Filter/FlateDecode")}

    assert read(pdf, written(PAGE | more)).texts["annotation"] == T


@pytest.mark.parametrize("attributes", ["/Filter/DCTDecode", "/Filter/FlateDecode/Extends 5 0 R"])
def test_an_object_stream_that_cannot_be_read_is_undetermined_not_clean(attributes, read):
    broken = stream(zlib.compress(b"21 0 22 4 (a) (b)", 0)[:-8], f"/Type/ObjStm/N 1/First 5{attributes}")

    assert read(pdf, written(PAGE | {20: broken})).reasons == ["corrupt"]


@pytest.mark.parametrize("first", ["(x)", "99"])
def test_an_object_stream_without_sense_does_no_harm(first, read):
    assert not read(pdf, written(PAGE | {20: _object_stream(b"21 0 (a)", first)})).texts
    assert not read(pdf, written(PAGE | {20: b"/Type/ObjStm>>stream\nendstream"})).texts


def test_objects_beyond_the_limit_are_a_problem(monkeypatch, read):
    monkeypatch.setattr(_pdf_scan, "MOST_OBJECTS", 2)

    assert "partial" in read(pdf, written(PAGE)).reasons


def test_a_page_is_said_where_its_list_of_notes_is_an_object_of_its_own(read):
    note = f"<</Type/Annot/Subtype/Text/Rect[0 0 1 1]/Contents({T})/T(me)>>"
    found = read(pdf, written(PAGE | {9: "[10 0 R]", 10: note}))

    assert found.texts == {"annotation page 1": T, 'annotation "author" page 1': "me"}


def test_a_page_tree_that_leads_back_to_itself_ends(read):
    tree = {2: "<</Type/Pages/Kids[2 0 R 3 0 R 5]/Count 1>>", 9: "[(x)]"}

    assert read(pdf, written(PAGE | tree)).texts.get("annotation") is None


def test_an_encrypted_document_is_read_without_a_password_only_if_it_needs_none(read):
    for level, password in ((3, ""), (4, ""), (6, ""), (6, "x")):
        modern = level > 3
        lock = pikepdf.Encryption(owner="o", user=password, R=level, aes=modern, metadata=modern)
        data = changed(lambda document: noted(document, "Text", Contents=T), encryption=lock)
        found = read(pdf, data)

        assert found.reasons == (["encrypted"] if password else [])
        assert password or found.texts["annotation page 1"] == T


@pytest.mark.parametrize(
    "data",
    [
        b"/Encrypt 5 0 R",
        b"/Encrypt<</Filter/Other/V 1>>",
        b"/Encrypt<</Filter/Standard/V 77>>",
        b"/Encrypt<</Filter/Standard/V 1/R 3>>",
        b"/Encrypt [1]",
        b"5 0 obj[(a)]endobj /Encrypt 5 0 R/ID[5]",
    ],
)
def test_an_unknown_way_of_encryption_is_none(data):
    assert decipher(data) is None


def test_objects_encrypted_in_an_unknown_way_are_undetermined_not_clean(read):
    found = read(pdf, b"%FDF-1.2\n1 0 obj<</FDF<</Fields[<</V(x)>>]>>>>endobj trailer<</Encrypt<</V 9>>>>")

    assert found.reasons == ["encrypted"]
    assert not found.texts


def test_bytes_that_do_not_decrypt_are_left_as_they_are(monkeypatch, read):
    def fails(*_):
        raise ValueError

    monkeypatch.setattr(_pdf_scan, "decipher", lambda *_: fails)
    more = {10: "<</Contents(x)>>", 11: stream(b"packed", "/Type/EmbeddedFile")}
    found = read(pdf, written(PAGE | more) + b"%/Encrypt")

    assert found.members == {"attachment 11": b"packed"}
    assert "annotation" not in found.texts


def test_an_attachment_that_breaks_off_is_kept_and_undetermined(read):
    packed = stream(zlib.compress(b"an attached file " * 9)[:-9], "/Type/EmbeddedFile/Filter/FlateDecode")
    found = read(pdf, written(PAGE | {10: packed}))

    assert found.members["attachment 10"].startswith(b"an attached")
    assert found.reasons == ["corrupt"]


def test_an_attachment_that_was_replaced_is_a_member_too(read):
    data = written(PAGE | {10: stream(b"old", "/Type/EmbeddedFile")})
    found = read(pdf, appended(data, 10, stream(b"new", "/Type/EmbeddedFile").decode()))

    assert found.members == {"earlier attachment 10": b"old", "attachment 10": b"new"}


def test_private_data_is_read_wherever_it_is_kept(read):
    private = {
        10: "<</PieceInfo<</App<</Private 11 0 R>>>>>>",
        11: "<</AIPrivateData1 12 0 R/Back 11 0 R>>",
        12: stream(f"\0\1\2 the word {T} \0".encode()),
    }

    assert T in read(pdf, written(PAGE | private)).texts['metadata "private data"']


def test_a_stream_that_nothing_leads_to_is_read_if_it_is_text(read):
    more = {10: stream(f"A plan with the word {T} in it.".encode()), 11: stream(bytes(range(256)))}
    found = read(pdf, written(PAGE | more))

    assert T in found.texts['metadata "stream without use"']
    assert len(found.texts) == 1


def test_a_form_in_xml_may_be_one_stream_and_may_be_broken(read):
    form = {10: "<</XFA 11 0 R>>", 11: stream(f"<a>{T}</a><b>".encode()), 12: "<</XFA[(a)13 0 R]>>", 13: "(x)"}
    found = read(pdf, written(PAGE | form))

    assert found.texts['form field "XFA"'] == T
    assert "corrupt" in found.reasons


def test_rich_text_in_a_stream_that_cannot_be_unpacked_is_nothing(read):
    more = {10: "<</Rect[0 0 1 1]/RC 11 0 R>>", 11: stream(b"x", "/Filter/DCTDecode")}

    assert not read(pdf, written(PAGE | more)).texts


def test_what_a_certificate_says_of_the_signer_is_read(read):
    value = f"<</ByteRange[0 1 2 3]/Contents<{b'Jane Doe, Ministry'.hex()}>/Name(Jane)/Reason({T})>>"
    found = read(pdf, written(PAGE | {10: value}))

    assert found.texts['metadata "signature"'] == f"Jane Doe, Ministry\nJane\n{T}"


@pytest.mark.parametrize(
    ("source", "place", "words"),
    [
        ("<</Subtype/Stamp/Rect[0 0 1 1]/Name/TopSecret>>", 'annotation "stamp"', "Top Secret"),
        ("<</FT/Btn/T(a)/V/SECRET>>", 'form field "a"', "SECRET"),
        ("<</FT/Btn/T(a)/AP<</N<</SECRET 5 0 R/Off 5 0 R>>>>>>", 'form field "choice"', "SECRET"),
        ("<</Dests<</SECRET[3 0 R/Fit]/B[3 0 R/Fit]>>>>", 'metadata "destination"', "SECRET\nB"),
        ("<</RC(<p>TOP</p><p>SECRET</p>)>>", "annotation", "TOP\nSECRET"),
        ("<</S/Figure/P 5 0 R/T(SECRET)>>", 'metadata "title"', "SECRET"),
    ],
)
def test_words_are_found_where_only_their_key_says_what_they_are(source, place, words, read):
    found = read(pdf, written(PAGE | {10: source})).texts[place]

    assert "\n".join(line.strip() for line in found.strip().split("\n")) == words


def test_strings_that_are_no_words_are_left_out(read):
    noise = {
        10: "<</Other(ab)/More<00010203>/ID(abcdefg)/Filter/Standard/O(abcdef)/U(abcdef)/P 5>>",
        11: "<</Odd(\1abcd)>>",
    }

    assert not read(pdf, written(PAGE | noise)).texts


def test_a_property_of_its_own_gives_its_name_too(read):
    found = read(pdf, written(PAGE | {10: "<</Marking(x)/Title(t)>>"}, trailer="/Info 10 0 R"))

    assert found.texts['metadata "property names"'] == "Marking"
    assert found.texts['property "Title"'] == "t"


def test_form_data_gives_its_fields(read):
    data = f"%FDF-1.2\n1 0 obj<</FDF<</Fields[<</T(a)/V({T})>>]>>>>endobj trailer<</Root 1 0 R>>".encode()

    assert read(pdf, data).texts['form field "a"'] == T


def test_remarks_between_objects_are_read(read):
    data = written(PAGE).replace(b"endobj\n2 0", f"endobj\n% {T}\n%\xe2\xe3\xcf\xd3x\n2 0".encode("latin-1"))

    assert read(pdf, data).texts['metadata "remark"'] == T


def test_no_bytes_make_it_raise(read):
    chance = random.Random(5)  # noqa: S311 - the same faults every time
    data = changed(lambda document: noted(document, "Text", Contents=T), drawn(lambda c: c.drawString(9, 9, T)))
    for _ in range(60):
        cut = bytearray(data[: chance.randrange(len(data))])
        for _ in range(chance.choice((0, 9))):
            if cut:
                cut[chance.randrange(len(cut))] ^= 1 << chance.randrange(8)
        read(pdf, bytes(cut))


def test_a_decoder_without_a_limit_is_handed_little(monkeypatch):
    monkeypatch.setattr(_pdf_stream, "_UNBOUNDED", 5)

    with pytest.raises(LimitReachedError, match="too large for its filter"):
        _unpacked(b"<</Filter/AHx>>", b"41414141>")


_ALONE = """
import sys
from scanner.extract import Budget, pdf
from scanner.model.document import Blob, Segment
from scanner.model.limits import DEFAULT_LIMITS
from scanner.model.place import Place
data = sys.stdin.buffer.read()
before = set(sys.modules)
items = list(pdf.extract(Blob(Place("x"), "", data), Budget(DEFAULT_LIMITS, len(data))))
print(sorted(set(sys.modules) - before), any("SECRET" in item.text for item in items if isinstance(item, Segment)))
"""


def test_reading_imports_nothing():
    lock = pikepdf.Encryption(owner="o", user="")
    data = changed(lambda document: noted(document, "Text", Contents="Ж SECRET"), encryption=lock)
    run = subprocess.run([sys.executable, "-c", _ALONE], input=data, capture_output=True, check=True)

    assert run.stdout == b"[] True\n"
