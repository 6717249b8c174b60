import random
import struct
import time
from pathlib import Path
from typing import Any

import pytest

from bench.hiding._vba_project import native
from bench.hiding._word97 import DELETED, HIDDEN, Run, counted, cuts, strings, word97
from bench.hiding.doc_made import _data, _drawing, _word95
from scanner.extract import Budget, LimitReachedError, doc
from scanner.extract._ole.compound import open_compound
from scanner.extract._ole.pack import PackedEntry, pack
from scanner.identify import identify
from scanner.model.document import Blob, Reason
from scanner.model.limits import Limits
from scanner.model.place import Part, Place

_GOLDEN = (Path(__file__).parents[1] / "data/legacy-doc/document.doc").read_bytes()
_LETTER = (Path(__file__).parents[1] / "data/office/letter.doc").read_bytes()
_NOTHING = bytes(16)
_BODY = Run("Body\r")


def _places(found):
    return {str(item.place).partition("#")[2]: item.text for item in found.segments}


def _with(data, *entries, without=()):
    held = open_compound(data)
    kept = [PackedEntry(path, _NOTHING, held.read(*path)) for path in held.streams if path not in without]
    return pack([PackedEntry((), _NOTHING, None), *kept, *entries])


def _head(data, at, form, *values):
    raw = bytearray(open_compound(data).read("WordDocument"))
    struct.pack_into(form, raw, at, *values)
    return _with(data, PackedEntry(("WordDocument",), _NOTHING, bytes(raw)), without={("WordDocument",)})


def test_text_of_an_old_letter_is_read(look: Any):
    found = look(doc, _LETTER)

    assert "Small letter of no importance" in found.text()
    assert found.reasons == []


def test_a_sound_document_has_every_part_at_its_place_and_no_problem(look: Any):
    found = look(doc, _GOLDEN)

    assert {
        "", "header 1", "header 2", 'header 1 "even pages"', 'header 2 "first page"', "footer 1", "footnote 1",
        "endnote 1", "comment 1", 'comment "author"', "text box 2", "watermark", "deleted text", "hidden text",
    } <= set(_places(found))  # fmt: skip
    assert "Größe 機密 секретно" in found.text()
    assert found.reasons == []


def test_a_file_made_by_hand_is_what_it_is():
    assert identify(word97([_BODY])) == "application/msword"


def test_lines_end_where_paragraphs_cells_and_breaks_do(look: Any):
    found = look(doc, word97([Run("a\x01b\rc\x07d\x0be\x0cf\x0eg\x1eh\x1fi\x02\x05\xa0j\r")]))

    assert found.text() == "ab\nc\nd\ne\ff\ng-hi\xa0j"


def test_what_fields_do_and_show_is_read_apart(look: Any):
    text = (
        '\x13 HYPERLINK "http://h.example/a%20b" \x14shown\x15 \x13 EQ \\f(a,b) \x15 \x13 PAGE \x15'
        "\x13 IF \x13 REF x \x14inner\x15 = 1 \x14outer\x15\r\x13 GOTOBUTTON x press\x15\r\x14stray\x15\r"
    )
    found = look(doc, word97([Run(text)]))

    assert found.text() == "shown a b outer\npress\n stray "
    assert found.text(Part.METADATA, "field code").splitlines() == [
        'HYPERLINK "http://h.example/a%20b"', 'HYPERLINK "http://h.example/a b"', "EQ \\f(a,b)", "PAGE", "REF x",
        "GOTOBUTTON x press", "IF inner = 1",
    ]  # fmt: skip


def test_fields_nested_without_end_end(look: Any):
    text = "\x13a" * 300 + "\x15" * 300

    assert look(doc, word97([Run(text + "\r")])).reasons == []


def test_deleted_text_is_in_its_line_and_the_line_is_read_without_it_too(look: Any):
    found = look(doc, word97([Run("NATO SEC"), Run("lost", mark=DELETED), Run("RET\rother\r")]))

    assert found.text().split("\n") == ["NATO SEClostRET", "other", "NATO SECRET"]
    assert found.text(Part.DELETED) == "lost"


def test_hidden_text_is_in_its_line_and_at_its_place(look: Any):
    found = look(doc, word97([Run("NATO "), Run("SECRET", wide=False, mark=HIDDEN), Run(" x\r")]))

    assert found.text() == "NATO SECRET x"
    assert found.text(Part.HIDDEN) == "SECRET"


@pytest.mark.parametrize(
    ("form", "formats", "part"),
    [
        (0x0182, (), Part.DELETED),
        (0x0082, (), Part.BODY),
        (0x01B8, (), Part.HIDDEN),
        (1, (b"\x3c\x08\x01",), Part.HIDDEN),
        (1, (b"\x3c\x08\x01\x3c\x08\x00",), Part.BODY),
        (3, (b"\x35\x08\x01",), Part.BODY),
        (1, (b"\x03\x6a\x00\x00\x00\x00\x0f\xca\x01\x02\x00\x08\x81",), Part.DELETED),
        (1, (b"\x35\x08\x01",), Part.BODY),
    ],
)
def test_a_piece_may_be_deleted_or_hidden_as_a_whole(look: Any, form, formats, part):
    found = look(doc, word97([Run("x "), Run("SECRET", format=form), Run("\r")], formats=formats))

    assert "SECRET" in found.text(part)
    assert {item.place.part for item in found.segments} == {Part.BODY, part}


def test_a_long_text_is_read_in_windows(look: Any, monkeypatch):
    monkeypatch.setattr(doc, "_WINDOW", 100)
    lines = [f"line {number} of the text 😀" for number in range(300)]
    found = look(doc, word97([Run("".join(f"{line}\r" for line in lines) + "z" * 500)]))

    assert found.text().split("\n")[:300] == lines
    assert sum(item.text.count("z") for item in found.segments) == 500


def test_headers_are_told_by_section_and_page(look: Any):
    texts = ["s"] * 6 + ["even", "odd", "ef", "of", "first", "ff", "", "odd 2", "", "", "", ""]
    numbers = [0]
    for text in texts:
        numbers.append(numbers[-1] + (len(text) + 1 if text else 0))
    said = "".join(f"{text}\r" for text in texts if text) + "\r"
    held = {11: cuts(*numbers, numbers[-1] + 1)}
    found = look(doc, word97([_BODY, Run(said)], counts={0: 5, 2: len(said)}, tables=held))

    assert _places(found) == {
        "": "Body", 'metadata "note separator"': "s\n" * 5 + "s", 'header 1 "even pages"': "even", "header 1": "odd",
        'footer 1 "even pages"': "ef", "footer 1": "of", 'header 1 "first page"': "first",
        'footer 1 "first page"': "ff", "header 2": "odd 2",
    }  # fmt: skip


@pytest.mark.parametrize("table", [b"", cuts(5, 2, 9), cuts(1, 3), cuts(0, 999, 1000), b"\0\0"])
def test_notes_without_a_sound_table_are_read_as_one(look: Any, table):
    found = look(doc, word97([_BODY, Run("one\rtwo\r")], counts={0: 5, 1: 8}, tables={3: table}))

    assert found.text(Part.FOOTNOTE) == "one\ntwo"


def test_what_is_behind_the_last_note_is_read(look: Any):
    found = look(doc, word97([_BODY, Run("one\rtwo\r")], counts={0: 5, 1: 8}, tables={3: cuts(0, 4, 4)}))

    assert _places(found) == {"": "Body", "footnote 1": "one", "footnote": "two"}


def test_characters_that_no_count_covers_are_read(look: Any):
    found = look(doc, word97([_BODY, Run("more\r")], counts={0: 5}))

    assert found.text(Part.METADATA, "other text") == "more"


def test_earlier_versions_are_found_in_any_script(look: Any):
    lost = [
        Run("Old NATO SECRET\r", wide=False, lost=True),
        Run("Старый текст\r", lost=True),
        Run("x" * 90 + "機密文件機密文件"),
    ]
    found = look(doc, word97([_BODY, *lost[:2], _BODY]))

    assert "Old NATO SECRET" in found.text(Part.DELETED, "earlier version")
    assert "Старый текст" in found.text(Part.DELETED, "earlier version")


def test_the_bytes_of_pictures_are_no_earlier_version(look: Any):
    noise = b"\x89PNG\r\n\x1a\n" + random.Random(2).randbytes(3000)  # noqa: S311 - no secret
    found = look(doc, word97([_BODY, Run(noise.decode("cp1252", "ignore"), wide=False, lost=True)]))

    assert found.text(Part.DELETED, "earlier version") == ""


def test_an_encrypted_document_says_so(look: Any):
    for flags in (0x0100, 0x8100):
        assert look(doc, word97([_BODY], flags=flags)).reasons == [Reason.ENCRYPTED]


def test_a_document_under_rights_management_says_so(look: Any):
    sealed = PackedEntry(("\tDRMContent",), _NOTHING, b"x")

    assert look(doc, _with(word97([_BODY]), sealed)).reasons == [Reason.ENCRYPTED]


@pytest.mark.parametrize(("text", "codec", "language"), [
    ("Größe", "cp1252", 0x407),
    ("секретно, для служебного пользования", "cp1251", 0x419),
    ("机密文件，不得外传", "gb18030", 0x804),
    ("機密文件，不得外傳", "cp950", 0x404),
])  # fmt: skip
def test_old_documents_are_read_by_their_language(look: Any, text, codec, language):
    found = look(doc, _word95(f"{text}\r".encode(codec), language))

    assert found.text() == text
    assert found.reasons == []


def test_old_documents_of_east_asia_have_two_bytes_a_character(look: Any):
    data = _head(_word95("機密\r".encode("utf-16-le"), 0x411), 10, "<H", 0x1000)

    assert look(doc, _head(data, 0x34, "<I", 3)).text() == "機密"


def test_pieces_of_an_old_document_are_put_together(look: Any):
    data = _word95(b"SECRETNATO " + bytes(200), 0x409)
    table = struct.pack("<3I", 0, 5, 11) + struct.pack("<HIHHIH", 0, 0x306, 0, 0, 0x300, 0)
    raw = bytearray(open_compound(data).read("WordDocument"))
    raw[0x340 : 0x345 + len(table)] = b"\x02" + struct.pack("<I", len(table)) + table
    struct.pack_into("<II", raw, 0x160, 0x340, 5 + len(table))
    struct.pack_into("<I", raw, 0x34, 11)
    found = look(doc, _with(data, PackedEntry(("WordDocument",), _NOTHING, bytes(raw)), without={("WordDocument",)}))

    assert found.text() == "NATO SECRET"


def test_without_a_table_of_pieces_the_text_is_read_and_the_loss_said(look: Any):
    for data in (
        _with(word97([Run("NATO SECRET\r")]), without={("1Table",)}),
        _head(word97([Run("NATO SECRET\r")]), 0x9A + 8 * 33, "<II", 0, 3),
    ):
        found = look(doc, data)

        assert "NATO SECRET" in found.text()
        assert found.reasons == [Reason.CORRUPT]


def test_the_other_table_is_taken_where_the_right_one_is_missing(look: Any):
    data = word97([Run("NATO SECRET\r")])
    table = open_compound(data).read("1Table")
    found = look(doc, _with(data, PackedEntry(("0Table",), _NOTHING, table), without={("1Table",)}))

    assert found.text() == "NATO SECRET"


@pytest.mark.parametrize("data", [
    _with(word97([_BODY]), without={("WordDocument",)}),
    _with(word97([_BODY]), PackedEntry(("WordDocument",), _NOTHING, b"short"), without={("WordDocument",)}),
])  # fmt: skip
def test_a_document_without_its_head_says_so(look: Any, data):
    assert Reason.CORRUPT in look(doc, data).reasons


def test_a_document_without_a_directory_is_read_from_where_its_text_begins(look: Any):
    data = word97([Run("a b\rNATO SECRET\r")])
    found = look(doc, data[: 512 + 4096])

    assert found.text().startswith("a b\nNATO SECRET")
    assert found.reasons == [Reason.CORRUPT]


def test_documents_from_before_compound_files_are_read_or_said(look: Any):
    head = bytearray(0x300)
    struct.pack_into("<HH", head, 0, 0xA5DB, 0x2D)
    struct.pack_into("<II", head, 0x18, 0x300, 0x300 + 16)
    found = look(doc, bytes(head) + b"a b\r\nNATO SECRET" + bytes(20))
    other = look(doc, b"\xfe\x37\0\x23 NATO SECRET")

    assert found.text().split() == ["a", "b", "NATO", "SECRET"]
    assert found.reasons == []
    assert "NATO SECRET" in other.text(Part.RAW)
    assert other.reasons == [Reason.UNSUPPORTED]
    assert look(doc, b"\xdb\xa5").reasons == []
    assert look(doc, b"").segments == []


def test_a_document_of_pictures_alone_says_so(look: Any):
    assert look(doc, word97([Run("\x01\r\x08\r")])).reasons == [Reason.IMAGE]
    assert look(doc, word97([Run("\x13 EMBED Package \x14\x01\x15\r")])).reasons == []


def test_tables_of_strings_may_be_narrow_or_cut_off(look: Any):
    narrow = struct.pack("<HH", 2, 0) + b"\x03abc\x09SECRET"
    tables = {
        21: narrow,
        51: strings("Ann", "Bob")[:-3],
        71: b"\xff",
        60: strings("v", extra=4),
        36: b"\x09\0a",
        73: b"\1",
    }
    found = look(doc, word97([_BODY], tables=tables))

    assert found.text(Part.METADATA, "bookmark") == "abc\nSECRET"
    assert found.text(Part.METADATA, "author").startswith("Ann")
    assert found.reasons == []


def test_initials_of_those_who_commented_are_read(look: Any):
    mark = (struct.pack("<H", 2) + "AB".encode("utf-16-le")).ljust(30, b"\0")
    found = look(doc, word97([_BODY], tables={36: counted("Ann"), 4: cuts(0, 1) + mark}))

    assert found.text(Part.COMMENT, "author") == "Ann\nAB"


def test_texts_around_numbers_are_read(look: Any):
    level = bytes(24) + b"\1\2\0\0" + bytes(3)
    simple = bytes(26) + b"\1\0"
    lists = struct.pack("<H", 2) + simple + simple
    held = {73: lists, 91: level + counted("NATO SECRET \0.") + level + counted("\0.")}
    found = look(doc, word97([_BODY], tables=held))

    assert found.text(Part.METADATA, "numbering").startswith("NATO SECRET %1.")


def test_many_drawings_follow_each_other(look: Any):
    raw = _drawing(0xC0, "DRAFT") + _drawing(0x381, "described")[8:]
    found = look(doc, word97([_BODY], tables={50: raw}))

    assert found.text(Part.WATERMARK) == "DRAFT"
    assert found.text(Part.METADATA, "alt text") == "described"
    assert look(doc, word97([_BODY], tables={50: b"\1"})).reasons == []


def _form(kind, *texts, listed=()):
    body = b"\xff\xff\xff\xff" + struct.pack("<H", kind) + bytes(4)
    for number, text in enumerate(texts):
        body += b"\0\0" if number == 1 and kind else counted(text, b"\0\0")
    return body + (strings(*listed) if listed else b"")


def test_form_fields_are_read(look: Any):
    box = _form(2, "Name", "", "", "Help", "Status", "In", "Out", listed=("one", "two"))
    data = b"junk" + _data(_form(0, "T", "Default", "format", "", "", "", "")) + _data(box) + _data(_form(1, "C"))
    found = look(doc, word97([_BODY], data=data))

    assert _places(found) == {
        "": "Body", 'form field "name"': "T\nName\nC", 'form field "value"': "Default", 'form field "format"': "format",
        'form field "help"': "Help\nStatus", 'form field "macro"': "In\nOut", 'form field "list item"': "one\ntwo",
    }  # fmt: skip


@pytest.mark.parametrize("body", [
    b"\xff\xff\xff\xff\2", _form(2, *"abcdefg", listed=("one", "two"))[:-5], _form(2, *"abcdefg"), b"", b"\0" * 20,
])  # fmt: skip
def test_damaged_form_fields_give_what_there_is(look: Any, body):
    assert look(doc, word97([_BODY], data=_data(body))).text() == "Body"


def test_the_file_of_a_linked_picture_is_read(look: Any):
    body = b"\x08C:\\a.bmp" + _drawing(0x381, "described")[9:]
    found = look(doc, word97([_BODY], data=_data(body, 0x66) + b"\x44\0" * 20))

    assert found.text(Part.METADATA, "picture name") == "C:\\a.bmp"
    assert found.text(Part.METADATA, "alt text") == "described"


def test_embedded_files_and_streams_nobody_knows_are_read(look: Any):
    entries = [
        PackedEntry(("ObjectPool", "_1", "\x01Ole10Native"), _NOTHING, native("a.txt", b"text")),
        PackedEntry(("ObjectPool", "_2", "Workbook"), _NOTHING, b"x"),
        PackedEntry(("ObjectPool", "stray"), _NOTHING, b"y"),
        PackedEntry(("MsoDataStore", "a", "Item"), _NOTHING, b"<a>SECRET</a>"),
        PackedEntry(("MsoDataStore", "b", "Item"), _NOTHING, b"<a>broken"),
        PackedEntry(("Unknown",), _NOTHING, b"\0NATO SECRET\0"),
        PackedEntry(("\x06DataSpaces", "Version"), _NOTHING, b"version"),
    ]
    found = look(doc, _with(word97([_BODY]), *entries))

    assert found.members["a.txt"] == b"text"
    assert open_compound(found.members["_2"]).read("Workbook") == b"x"
    assert "SECRET" in found.text(Part.METADATA, "custom XML")
    assert found.text(Part.METADATA, "Unknown") == "NATO SECRET"
    assert found.reasons == [Reason.CORRUPT]


def test_text_past_the_budget_ends_it():
    data = word97([Run("x" * 500 + "\r")])
    with pytest.raises(LimitReachedError):
        list(doc.extract(Blob(Place("f"), "application/msword", data), Budget(Limits(text=100), len(data))))


def test_pieces_that_share_their_bytes_do_not_multiply_the_text(look: Any):
    count = 3000
    table = struct.pack(f"<{count + 1}I", *range(0, (count + 1) * 4000, 4000))
    table += struct.pack("<HIH", 0, 0x40000000 | 0x1000, 0) * count
    clx = b"\x02" + struct.pack("<I", len(table)) + table
    found = look(doc, word97([Run("y" * 4000)], counts={0: count * 4000}, tables={33: clx}))

    assert sum(len(item.text) for item in found.segments) < 200_000


def test_streams_that_overlap_are_problems(look: Any):
    more = [PackedEntry((f"s{number:05}",), _NOTHING, b"z" * 5000) for number in range(1500)]
    data = bytearray(_with(word97([_BODY]), *more))
    start = (struct.unpack_from("<I", data, 48)[0] + 1) * 512
    for number in range(1, 1400):
        if data[start + 128 * number : start + 128 * number + 2] == b"s\0":
            struct.pack_into("<IQ", data, start + 128 * number + 116, 0, 0x7FFFFFFF)
    found = look(doc, bytes(data))

    assert set(found.reasons) == {Reason.CORRUPT}


def test_no_damage_makes_it_raise(look: Any):
    chance = random.Random(11)  # noqa: S311 - the same damage every time
    for whole in (
        _GOLDEN,
        word97([_BODY, Run("x", mark=DELETED)], tables={73: b"\2\0" + bytes(60), 50: _drawing(0xC0, "D")}),
    ):
        for _ in range(60):
            data = bytearray(whole[: chance.randrange(len(whole))] if chance.random() < 0.3 else whole)
            for _ in range(chance.choice((1, 8, 200))):
                data[chance.randrange(len(data))] = chance.choice((0, 255, chance.randrange(256)))
            found = look(doc, bytes(data))

            assert all(item.place.file == "f" for item in found.items)


def test_names_and_values_of_variables_are_read(look: Any):
    held = strings("Mark", extra=4) + counted("NATO SECRET", b"\0\0")
    found = look(doc, word97([_BODY], tables={60: held, 70: b"\1\0Subject line\0\0ab\0", 21: b"\xff"}))

    assert found.text(Part.PROPERTY, "Mark") == "NATO SECRET"
    assert found.text(Part.METADATA, "property names") == "Mark"
    assert found.text(Part.METADATA, "routing slip") == "Subject line"


@pytest.mark.parametrize("levels", [b"", bytes(24) + b"\xff\xff\0\0", bytes(28)])
def test_texts_around_numbers_may_be_cut_off(look: Any, levels):
    held = {73: struct.pack("<H", 1) + bytes(28), 91: levels}

    assert look(doc, word97([_BODY], tables=held)).reasons == []


def test_an_object_that_cannot_be_packed_is_a_problem(look: Any):
    data = _with(word97([_BODY]), PackedEntry(("ObjectPool", "_1", "x"), _NOTHING, b"q" * 5000))
    cut = bytearray(data)
    start = (struct.unpack_from("<I", cut, 48)[0] + 1) * 512
    for number in range(1, 8):
        if cut[start + 128 * number : start + 128 * number + 4] == b"x\0\0\0":
            struct.pack_into("<I", cut, start + 128 * number + 116, 77_777)
    found = look(doc, bytes(cut))

    assert found.reasons == [Reason.CORRUPT]
    assert "_1" in found.members


def _metafile(text):
    raw = text.encode("cp1252") + bytes(len(text) % 2)
    words = struct.pack("<IHH", 5 + len(raw) // 2 + 1, 0x0521, len(text)) + raw + struct.pack("<hh", 10, 10)
    size = (18 + len(words) + 6) // 2
    return struct.pack("<HHHIHIH", 1, 9, 0x300, size, 1, size, 0) + words + struct.pack("<IH", 3, 0)


def _blip(content, kind=0xF01B, instance=0x216):
    head = bytes(16) + bytes(32) + b"\xfe\xfe" + content
    return struct.pack("<HHI", instance << 4, kind, len(head)) + head


def test_words_that_pictures_draw_are_read(look: Any):
    drawn = _metafile("NATO SECRET")
    for data in (_data(_blip(drawn), 0x64), _data(b"\5a.wmf" + _blip(drawn), 0x66), _data(drawn, 8)):
        found = look(doc, word97([Run("\x01\r")], data=data))

        assert found.text(Part.TEXT_BOX, "picture") == "NATO SECRET"
        assert found.reasons == []


def test_words_that_pictures_of_floating_shapes_draw_are_read(look: Any):
    blip = _blip(_metafile("NATO SECRET"))
    start = 0x800 + 10
    entry = bytes((3, 3)) + bytes(18) + struct.pack("<III", len(blip), 1, start) + bytes(4)
    list_ = struct.pack("<HHI", 0x1F, 0xF001, 8 + len(entry)) + struct.pack("<HHI", 0x32, 0xF007, len(entry)) + entry
    raw = struct.pack("<HHI", 0x0F, 0xF000, len(list_)) + list_
    data = word97(
        [_BODY, Run(blip.decode("latin-1"), wide=False, lost=True)] if blip.isascii() else [_BODY], tables={50: raw}
    )
    held = bytearray(open_compound(data).read("WordDocument"))
    held[start : start + len(blip)] = blip
    found = look(doc, _with(data, PackedEntry(("WordDocument",), _NOTHING, bytes(held)), without={("WordDocument",)}))

    assert found.text(Part.TEXT_BOX, "picture") == "NATO SECRET"


def test_a_picture_that_is_damaged_is_said(look: Any):
    short = struct.pack("<HHI", 0x2160, 0xF01B, 9) + bytes(9)
    found = look(doc, word97([_BODY], data=_data(short, 0x64)))

    assert [problem.detail for problem in found.problems] == ["pictures not read in full: 1"]


def test_formats_that_many_pieces_share_are_read_once(look: Any):
    before = time.process_time()
    found = look(doc, word97([Run("ab\r", format=1) for _ in range(5000)], formats=[b"\x00\x08\x01" * 5000]))

    assert found.text(Part.DELETED).split() == ["ab"] * 5000
    assert time.process_time() - before < 3


@pytest.mark.parametrize("fill", [b"q", b"\0", b"\1"])
def test_structures_that_share_their_bytes_do_not_multiply_the_work(look: Any, fill: bytes):
    data = word97([_BODY], tables={21: fill * 300_000}, offsets=180)
    raw = bytearray(open_compound(data).read("WordDocument"))
    for number in set(range(1, 180)) - {33}:
        struct.pack_into("<II", raw, 0x9A + 8 * number, number, 300_000)
    before = time.process_time()
    found = look(doc, _with(data, PackedEntry(("WordDocument",), _NOTHING, bytes(raw)), without={("WordDocument",)}))

    assert sum(len(item.text) for item in found.segments) < 8 * len(data)
    assert time.process_time() - before < 5


def test_the_tables_of_old_documents_are_searched(look: Any):
    data = _word95(b"text\r", 0x409)
    raw = open_compound(data).read("WordDocument")[:0x400] + b"\0\1Bookmark name\0" + bytes(4096)
    found = look(doc, _with(data, PackedEntry(("WordDocument",), _NOTHING, raw), without={("WordDocument",)}))

    assert found.text(Part.METADATA, "other strings") == "Bookmark name"
