"""Rich text is written here as programs write it; Word's and LibreOffice's own files are in the corpus."""

import random
import struct
from pathlib import Path

import pytest

from scanner.extract import rtf
from scanner.model.document import Reason
from scanner.model.place import Part

_FONTS = (
    rb"{\fonttbl{\f0\froman\fcharset0 Times New Roman;}{\f1\fnil\fcharset134{\*\panose 0201}SimSun;}"
    rb"{\f2\fnil\fcharset128 MS Mincho;}{\f3\fswiss Arial CE;}{\f4\fnil\fcharset2 Wingdings;}{\f5\cpg1251 X;}"
    rb"{\f6\fnil\fcharset2 Marks;}}"
)


def _document(body, head=rb"\ansi\ansicpg1252\deff0"):
    return b"{\\rtf1" + head + _FONTS + (body if isinstance(body, bytes) else body.encode("ascii")) + b"}"


def _escaped(text, codec):
    return "".join(f"\\'{byte:02x}" for byte in text.encode(codec))


def test_a_letter_of_libreoffice_is_read_without_a_problem(look):
    found = look(rtf, (Path(__file__).parents[1] / "data" / "office" / "letter.rtf").read_bytes())

    assert found.text() == "Small letter of no importance"
    assert found.problems == []


def test_paragraphs_cells_and_rows_are_lines_and_runs_are_joined(look):
    body = r"\pard NATO {\b SEC}{\i RET}\par\trowd one\cell two\cell\row after\line break\par\page last"

    found = look(rtf, _document(body))

    assert found.text() == "NATO SECRET\none\ntwo\nafter\nbreak\nlast"
    assert found.problems == []


def test_signs_have_names(look):
    body = r"a\emdash b\endash c\lquote d\rquote\ldblquote e\rdblquote\bullet\tab f\~g\_h\-i\{\}\\ j\emspace k\zwnj"

    assert look(rtf, _document(body)).text() == "a—b–c‘d’“e”•\tf\u00a0g-hi{}\\ j k\u200c"


def test_a_backslash_at_the_end_of_a_line_ends_a_paragraph(look):
    assert look(rtf, _document(b"one\\\ntwo\\\r\nthree")).text() == "one\ntwo\nthree"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"Gr\'fc\'dfe", "Grüße"),
        (r"\f1 " + _escaped("机密文件", "gbk"), "机密文件"),
        (r"{\f2 " + _escaped("極秘文書", "cp932") + "}x", "極秘文書x"),
        (r"\f3 " + _escaped("přísně tajné", "cp1250"), "přísně tajné"),
        (r"\f5 " + _escaped("секретно", "cp1251"), "секретно"),
        (r"\f1 " + _escaped("机密", "gbk") + r"\plain\'e4", "机密ä"),
        (r"\f2 \'83A\'83\\", "アソ"),
        (r"\u1052?\u1080?\u1088?", "Мир"),
        (r"\uc0\u1052\u1080\u1088 x", "Мирx"),
        (r"\uc2\u26426\'bb\'fa\u23494\'c3\'dc end", "机密 end"),
        (r"\u-26926?", "\u96d2"),
        (r"\u-10180?\u-9206?", "\U0001f00a"),
        (r"\u55356 ?x", "\ufffdx"),
        (r"\uc0 \u55357\uc1 \u56330\'3f", "\U0001f40a"),
        (r"\u8211\_\u8211-", "––"),
        (r"{\uc0 a}\u1052?", "aМ"),
        (r"\u", ""),
        (r"\'zz\'4", "zz4"),
    ],
)
def test_characters_are_read_by_font_and_by_number(look, body, text):
    found = look(rtf, _document(body))

    assert found.text() == text
    assert found.problems == []


@pytest.mark.parametrize(
    ("head", "text"),
    [
        (rb"\mac", "été"),
        (rb"\pca", "été"),
        (rb"\pc", "été"),
        (rb"\ansi\ansicpg1250", "tajné"),
        (rb"\ansi\ansicpg932", "極秘"),
        (rb"\ansi\ansicpg99999", "été"),
    ],
)
def test_the_document_says_how_its_bytes_are_read(look, head, text):
    codec = {rb"\mac": "mac_roman", rb"\pca": "cp850", rb"\pc": "cp437"}.get(head, "cp1252")
    codec = {rb"\ansi\ansicpg1250": "cp1250", rb"\ansi\ansicpg932": "cp932"}.get(head, codec)

    assert look(rtf, _document(_escaped(text, codec), head)).text().split("\n")[0] == text


def test_a_page_that_does_not_fit_is_not_the_only_reading(look):
    for body in (_escaped("机密文件，不得外传", "gbk").encode(), "机密文件，不得外传".encode("gbk")):
        found = look(rtf, _document(b"\\pard Report\\par " + body + b" end\\par"))

        assert "机密文件，不得外传 end" in found.text().split("\n")
        assert found.text().count("Report") == 1


def test_utf_8_where_only_ascii_may_be_is_read_as_it_was_meant(look):
    assert "Größe 机密" in look(rtf, _document("Größe 机密\\par".encode())).text().split("\n")


def test_signs_of_symbol_fonts_look_like_something(look):
    found = look(rtf, _document(r"{\f4\'ab}10 {\f4\u-3925?}{\f6\u-4031?}{\f4\u-3999?}{\f6\u1040?}"))

    assert found.text() == "★10 ★A\ufffdА"


def test_every_destination_stands_where_it_stands(look):
    body = (
        r"{\header\pard H1\par}{\headerf H2}{\footer F1}{\footerl F2}x{\footnote N1}{\footnote\ftnalt E1}"
        r"{\*\atnid AB}{\*\atnauthor A B}{\*\annotation C1}{\shp{\*\shpinst{\shptxt T1\par}}}{\*\ftnsep S}"
        r"{\header{\shp{\*\shpinst{\shptxt T2}}}}y\par"
    )

    found = look(rtf, _document(body))

    where = {str(item.place).partition("#")[2]: item.text for item in found.segments}
    assert where == {
        "header 1": "H1",
        "header 2": "H2",
        "footer 1": "F1",
        "footer 2": "F2",
        "footnote 1": "N1",
        "endnote 1": "E1",
        'comment "author"': "AB\nA B",
        "comment 1": "C1",
        "text box 1": "T1",
        'footnote "separator"': "S",
        'header 3 "text box"': "T2",
        "": "xy",
    }


def test_hidden_text_is_kept_apart_and_a_marking_hidden_in_part_is_whole(look):
    found = look(rtf, _document(r"TOP {\v SECRET}\par {\v all}\v0\par one\v two\plain three\par"))

    assert found.text() == "TOP \nonethree"
    assert found.text(Part.HIDDEN) == "SECRET\nTOP SECRET\nall\ntwo\nonetwothree"


def test_deleted_and_moved_text_is_said_to_be_deleted(look):
    found = look(rtf, _document(r"a{\deleted gone}b{\mvf moved}\deleted x\deleted0 c\par"))

    assert found.text() == "abc"
    assert found.text(Part.DELETED) == "gonemovedx"


def test_hidden_text_beside_the_page_is_like_any_other(look):
    found = look(rtf, _document(r"x{\xe{\v entry}}{\v y{\footnote z}}\par"))

    assert found.text(Part.METADATA, "index entry") == "entry"
    assert [item.text for item in found.segments if item.place.part is Part.FOOTNOTE] == ["z"]


def test_properties_have_their_names(look):
    body = (
        r"{\info{\title A \u1052?title}{\*\company Corp}{\doccomm words}{\creatim\yr2020\mo1}}"
        r"{\*\userprops{\propname MSIP_Label_0a1b_Name}\proptype30{\staticval Secret}"
        r"{\propname Gr\'fc\u1052?\{}{\staticval 1}}"
        r"{\*\docvar {Project}{Blue}}{\*\docvar broken}x"
    )

    found = look(rtf, _document(body))

    assert found.text(Part.PROPERTY, "title") == "A Мtitle"
    assert found.text(Part.PROPERTY, "company") == "Corp"
    assert found.text(Part.PROPERTY, "doccomm") == "words"
    assert found.text(Part.PROPERTY, "MSIP_Label_0a1b_Name") == "Secret"
    assert found.text(Part.PROPERTY, "GrüМ{") == "1"
    assert found.text(Part.PROPERTY, "Project") == "Blue"
    assert found.text(Part.PROPERTY, "docvar") == "broken"
    assert found.text(Part.METADATA, "property names").split("\n") == [
        "MSIP_Label_0a1b_Name",
        "GrüМ{",
        "Project",
        "docvar",
    ]
    assert found.text() == "x"


def test_shapes_say_what_is_written_on_them(look):
    body = (
        r"{\shp{\*\shpinst{\sp{\sn gtextUNICODE}{\sv DRAFT}}{\sp{\sn gtextFont}{\sv Arial Black}}{\sp{\sn dx}{\sv 12}}"
        r"{\sp{\sn wzDescription}{\sv A plan}}{\sp{\sn strange}{\sv some words}}{\sp{\sn pib}{\sv {\pict 00}}}}}"
        r"{\shp{\*\shpinst{\sp{\sn wzName}{\sv PowerPlusWaterMarkObject}}{\shptxt COPY}}}"
        r"{\shp{\*\shpinst{\sp{\sn fHidden}{\sv 1}}{\shptxt unseen}}}{\shp{\*\shpinst{\shptxt seen}}}"
    )

    found = look(rtf, _document(body))

    assert "DRAFT" in found.text(Part.WATERMARK)
    assert any(item.text == "COPY" and item.place.part is Part.WATERMARK for item in found.segments)
    assert found.text(Part.METADATA, "alt text") == "A plan\nPowerPlusWaterMarkObject"
    assert found.text(Part.METADATA, "shape") == "some words"
    assert any(item.text == "unseen" and item.place.part is Part.HIDDEN for item in found.segments)
    assert any(item.text == "seen" and item.place.part is Part.TEXT_BOX for item in found.segments)
    assert "Arial" not in "".join(item.text for item in found.segments)


def test_fields_give_their_code_and_their_result(look):
    body = r"{\field{\*\fldinst HYPERLINK {\b http://a.example}}{\fldrslt here}}{\field\fldinst PAGE}\par"

    found = look(rtf, _document(body))

    assert found.text() == "here"
    assert found.text(Part.METADATA, "field code").startswith("HYPERLINK http://a.example")


def test_either_way_of_a_text_is_taken_once(look):
    found = look(rtf, _document(r"{\upr{Gr?}{\*\ud{Gr\u252?}}}{\upr{alone}}{\upr{\b x}{\*\ud y}}"))

    assert found.text() == "Grüaloney"


def test_what_only_looks_is_not_text(look):
    body = (
        r"{\colortbl;\red1\green1\blue1;}{\*\generator Riched20;}{\*\rsidtbl\rsid1}"
        r"{\*\listtable{\list{\listlevel{\leveltext\'02\'00.;}{\levelnumbers\'01;}}}}{\*\themedata 504b0304}"
        r"{\*\unknown 0f0f0f}\bin3 }{}\pard text\par"
    )

    found = look(rtf, _document(body))

    assert [item.text for item in found.segments] == ["text"]
    assert found.problems == []


def test_styles_have_names_that_people_make_up(look):
    body = r"{\stylesheet{\ql \snext0 Normal;}{\s1{\*\keycode x}\b Gr\'fc\u1052? one;}{\*\cs2 \additive Two;}{;}}x"

    found = look(rtf, _document(body))

    assert found.text(Part.METADATA, "style") == "Normal\nGrüМ one\nTwo"
    assert found.text() == "x"


def test_what_an_unknown_destination_says_is_kept(look):
    found = look(rtf, _document(r"x{\*\newthing some words\par 12\par}{\*}{\*\cs1 y}"))

    assert found.text(Part.METADATA, "newthing") == "some words"
    assert found.text() == "xy"


def test_a_page_packed_into_rich_text_is_read_as_a_page(look):
    body = (
        r"\fromhtml1 {\*\htmltag64 <p title='A tip'>}\htmlrtf {\b not\b0 }\htmlrtf0 "
        r"1 < 2\par{\*\htmltag84 &nbsp;}{\*\htmltag241 <!-- remark -->}{\*\htmltag72 </p>}"
    )

    found = look(rtf, _document(body))

    assert "not1 < 2" in found.text()
    assert "A tip" in found.text()
    assert found.text(Part.COMMENT).strip() == "remark"
    assert look(rtf, _document(r"x{\*\htmltag <p>SECRET}")).text() == "x\nSECRET"


def test_pictures_without_text_are_said_to_be_pictures(look):
    picture = r"{\pict\pngblip 89504e470d0a1a0a}"

    assert look(rtf, _document(picture)).reasons == [Reason.IMAGE]
    assert look(rtf, _document(picture + r"{\header x}")).reasons == [Reason.IMAGE]
    assert look(rtf, _document(picture + "words")).reasons == []


def test_nothing_is_lost_where_the_document_ends(look):
    data = _document("x")

    assert look(rtf, data + b"\r\n\x00}").members == {}
    assert look(rtf, data + b"PK\x03\x04\x00").members == {"after the end": b"PK\x03\x04\x00"}
    assert look(rtf, data + data).members == {"after the end": data}
    (rest,) = look(rtf, data + rb" \f1\'bb\'fa\'c3\'dc\par}").members.values()
    assert look(rtf, rest).text() == "机密"
    (rest,) = look(rtf, rb"{\rtf1 x} \b y\par").members.values()
    assert look(rtf, rest).text() == "y"


def test_a_text_that_ends_within_a_group_says_so(look):
    found = look(rtf, rb"{\rtf1 one\par {\b two")

    assert found.text() == "one\ntwo"
    assert found.reasons == [Reason.CORRUPT]


def test_groups_are_followed_only_so_deep(look):
    deep = look(rtf, b"{\\rtf1 " + b"{" * 9_000 + b"word" + b"}" * 9_001)
    deeper = look(rtf, b"{\\rtf1 " + b"{" * 20_000 + b"word" + b"}" * 20_001)

    assert (deep.text(), deep.reasons) == ("word", [])
    assert (deeper.text(), deeper.reasons) == ("word", [Reason.TOO_DEEP])


def test_more_notes_than_anybody_writes_are_not_counted_on(look):
    found = look(rtf, _document(b"{\\footnote a}" * 10_300))

    assert max(item.place.number or 0 for item in found.segments) == 10_000
    assert sum(item.text.count("a") for item in found.segments) == 10_300


def test_marks_out_of_place_do_no_harm(look):
    found = look(rtf, _document(r"\ftnalt one{\*\userprops{\propname }{\staticval }}{\v a} b \v c\par\zzz"))

    assert found.text() == "one b "
    assert found.text(Part.HIDDEN) == "ac\nonea b c"


def test_a_line_without_end_is_ended(look):
    found = look(rtf, _document(b"x" * (3 << 20) + b"{\\b SECRET}\\tab end"))

    *lines, last = found.text().split("\n")
    assert "".join(lines) + last == "x" * (3 << 20) + "SECRET\tend"
    assert max(map(len, lines)) < 2 << 20
    assert last.endswith("SECRET\tend")


def test_a_line_without_end_in_small_pieces_is_ended(look):
    found = look(rtf, _document(b"ab cd {\\b ef}\\tab " * 100_000))

    assert sum(item.text.count("ef") for item in found.segments) == 100_000
    assert max(map(len, found.text().split("\n"))) < 1 << 21


def test_long_texts_are_handed_on_bit_by_bit(look):
    found = look(rtf, _document(b"a line of some length, as lines are\\par " * 20_000))

    assert len(found.segments) > 1
    assert found.text().count("length") == 20_000


def test_no_damage_makes_it_raise_and_no_cut_goes_unsaid(look):
    chance = random.Random(3)  # noqa: S311 - the same damage every time
    data = _document(
        r"{\info{\title t}}{\header h}\pard Gr\'fc\u1052? \'e4{\v x}\par{\*\objdata 0105}{\pict 00}"
        r"{\shp{\sp{\sn a}{\sv b}}}"
    )
    for _ in range(150):
        cut = look(rtf, data[: chance.randrange(7, len(data) - 1)])
        assert Reason.CORRUPT in cut.reasons
        flipped = bytearray(data)
        for _ in range(4):
            flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        look(rtf, bytes(flipped))


def _ole1(name, native, *, kind=2):
    names = b"".join(struct.pack("<I", len(each) + 1) + each + b"\0" for each in (name, b"topic", b"item"))
    return struct.pack("<II", 0x501, kind) + names + struct.pack("<I", len(native)) + native


def _embedding(data):
    return rb"{\object{\*\objdata " + data.hex().encode() + b"}}x"


def _package(name, content):
    start = b"\x02\x00" + name + b"\0C:\\" + name + b"\0\0\0\3\0" + struct.pack("<I", len(name) + 1) + name + b"\0"
    return start + struct.pack("<I", len(content)) + content + b"\0\0"


def test_a_packaged_file_is_a_member_under_its_name(look):
    found = look(rtf, _document(_embedding(_ole1(b"Package", _package(b"note.txt", b"SECRET")))))

    assert found.members == {"note.txt": b"SECRET"}
    assert "C:\\note.txt" in found.text(Part.METADATA, "embedded file")
    assert found.text(Part.METADATA, "object") == "Package\ntopic\nitem"
    assert found.problems == []


def test_an_object_of_a_program_is_a_member(look):
    native = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(20)
    rest = b"\1\2" + native

    assert look(rtf, _document(_embedding(_ole1(b"Word.Document.8", native)))).members == {"object 1": native}
    found = look(rtf, _document(_embedding(_ole1(b"X", b"some data") + rest)))
    assert found.members == {"object 1": b"some data", "object 1 rest": native}


def test_pictures_among_the_objects_are_left_out(look):
    assert look(rtf, _document(_embedding(_ole1(b"PBrush", b"BM" + bytes(60))))).members == {}


def test_an_object_that_breaks_off_says_so(look):
    whole = _ole1(b"Package", _package(b"note.txt", b"SECRET" * 9))

    found = look(rtf, _document(_embedding(whole[:-20])))

    assert found.members["note.txt"].startswith(b"SECRET")
    assert Reason.CORRUPT in found.reasons
    assert look(rtf, _document(_embedding(_ole1(b"X", b"12345678")[:-3]))).reasons == [Reason.CORRUPT]


@pytest.mark.parametrize(
    "data",
    [
        b"too short",
        struct.pack("<III", 1, 2, 1 << 30) + bytes(20),
        struct.pack("<III", 1, 2, 3) + bytes(5) + b"abcd",
        struct.pack("<III", 1, 2, 20) + bytes(20) + b"ab",
        struct.pack("<II", 1, 9) + bytes(40),
    ],
)
def test_an_object_without_a_header_is_handed_on_as_it_is(look, data):
    assert look(rtf, _document(_embedding(data))).members == {"object 1": data}


def test_a_damaged_object_is_looked_for_by_its_signature(look):
    compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(30)

    assert look(rtf, _document(_embedding(b"junk" * 9 + compound))).members == {"object 1": compound}


def test_links_name_what_they_are_linked_to(look):
    found = look(rtf, _document(_embedding(_ole1(b"Excel.Sheet.8", b"", kind=1))))

    assert found.text(Part.METADATA, "object") == "Excel.Sheet.8\ntopic\nitem"
    short = struct.pack("<III", 0x501, 1, 16) + b"Word.Document.8\0"
    assert look(rtf, _document(_embedding(short))).text(Part.METADATA, "object") == "Word.Document.8"


def test_digits_are_found_among_junk(look):
    digits = _ole1(b"Package", _package(b"note.txt", b"SECRET")).hex().encode()
    for junk in (
        digits[:9] + rb"{\*\foo 41{42}}\bar7 \'41 " + b"\r\n\t" + digits[9:],
        digits[:40] + b"\\~" + digits[40:] + b"0",
        digits[:40].upper() + digits[40:] + b"{4142}",
    ):
        assert look(rtf, _document(rb"{\object{\*\objdata " + junk + b"}}x")).members == {"note.txt": b"SECRET"}, junk
    raw = bytes.fromhex(digits.decode())
    written = rb"{\object{\*\objdata " + digits[:20] + rb"\bin" + str(len(raw) - 10).encode() + b" " + raw[10:] + b"}}x"
    assert look(rtf, _document(written)).members == {"note.txt": b"SECRET"}


def test_data_of_a_field_is_searched(look):
    found = look(rtf, _document(rb"{\*\datafield " + "http://a.example/".encode("utf-16-le").hex().encode() + b"}x"))

    assert found.text(Part.METADATA, "field data") == "http://a.example/"
    assert look(rtf, _document(rb"{\*\datafield 0000}{\*\objdata }x")).items == look(rtf, _document("x")).items


def test_the_xml_beside_the_text_is_read(look):
    from scanner.extract._ole.pack import PackedEntry, pack

    store = pack([PackedEntry((), bytes(16), None), PackedEntry(("a", "Item"), b"", b"<a>SECRET</a>")])

    found = look(rtf, _document(rb"{\*\datastore " + (b"0105" + store.hex().encode()) + b"}x"))

    assert found.members == {"custom XML 1.xml": b"<a>SECRET</a>"}
    broken = rb"{\*\datastore " + store[:600].hex().encode() + b"}x"
    assert Reason.CORRUPT in look(rtf, _document(broken)).reasons
    assert look(rtf, _document(rb"{\*\datastore 0105}x")).members == {}
