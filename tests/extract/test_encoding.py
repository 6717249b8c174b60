import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import encodings
from scanner.extract._text.ebcdic import ebcdic, is_ebcdic
from scanner.extract._text.encoding import decodings
from scanner.extract._text.mixed import mixed, wide_runs
from scanner.extract._text.plausible import plausibility

_MARKINGS = [
    ("机密★10年", "gb18030"),
    ("机密★10年", "utf-16-le"),
    ("机密★10年", "utf-16-be"),
    ("机密★10年", "utf-32-le"),
    ("机密★10年", "hz"),
    ("機密", "cp950"),
    ("極秘", "cp932"),
    ("極秘", "euc_jp"),
    ("極秘", "iso2022_jp"),
    ("비밀", "cp949"),
    ("비밀", "iso2022_kr"),
    ("СОВЕРШЕННО СЕКРЕТНО", "cp1251"),
    ("СОВЕРШЕННО СЕКРЕТНО", "koi8_r"),
    ("СОВЕРШЕННО СЕКРЕТНО", "cp866"),
    ("СОВЕРШЕННО СЕКРЕТНО", "iso8859_5"),
    ("Для служебного пользования", "mac_cyrillic"),
    ("ΑΠΟΡΡΗΤΟ", "cp1253"),
    ("GİZLİ", "cp1254"),
    ("VS-NUR FÜR DEN DIENSTGEBRAUCH", "cp1252"),
    ("VS-NUR FÜR DEN DIENSTGEBRAUCH", "cp850"),
    ("VS-NUR FÜR DEN DIENSTGEBRAUCH", "mac_roman"),
    ("PŘÍSNĚ TAJNÉ", "cp1250"),
    ("PŘÍSNĚ TAJNÉ", "iso8859_2"),
    ("PŘÍSNĚ TAJNÉ", "cp852"),
    ("VISIŠKAI SLAPTAI", "cp1257"),
    ("סודי ביותר", "cp1255"),
    ("سري للغاية", "cp1256"),
    ("ลับที่สุด", "cp874"),
    ("机密", "utf-7"),
]


@pytest.mark.parametrize(("marking", "codec"), _MARKINGS)
def test_a_marking_of_a_few_characters_is_among_the_readings(marking: str, codec: str):
    found = decodings(marking.encode(codec), "utf-7" if codec == "utf-7" else None)

    assert marking in found


@pytest.mark.parametrize(("marking", "codec"), _MARKINGS)
def test_readings_are_few_and_all_different(marking: str, codec: str):
    found = decodings(marking.encode(codec))

    assert 1 <= len(found) == len(set(found)) <= 13


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\x1b~+\ufeff")))
def test_utf_8_has_one_reading(text: str):
    assert decodings(text.encode()) == (text,)


@given(
    st.binary(max_size=300), st.none() | st.sampled_from(["utf-8", "gb2312", "hex", "rot13", "idna", "no such", "\x00"])
)
def test_any_bytes_under_any_name_have_a_reading(data: bytes, declared: str | None):
    found = decodings(data, declared)

    assert found
    assert all("".join(text) == text for text in found)


def test_a_byte_order_mark_decides():
    for codec in ("utf-8-sig", "utf-16", "utf-32"):
        assert decodings("机密 Ünï".encode(codec)) == ("机密 Ünï",)


def test_a_declared_encoding_that_fits_comes_first():
    data = "Größe".encode("iso8859_2")

    assert decodings(data, "iso-8859-2")[0] == "Größe"
    assert decodings("机密文件".encode("gb18030"), "GB2312")[0] == "机密文件"


def test_one_torn_character_does_not_spoil_a_utf_8_text():
    data = ("Größe und Maß, 机密文件\n" * 50).encode()[:-2] + b"\xc3"

    assert "机密文件" in decodings(data)[0]


def test_a_wrong_byte_does_not_hide_the_rest_of_a_long_chinese_text():
    data = ("本文件内容涉及国家秘密\n" * 500).encode("gb18030") + b"\xff\xff"

    assert any("国家秘密" in text for text in decodings(data))


def test_a_long_text_in_one_language_is_read_in_hardly_any_other():
    data = ("Настоящий документ содержит сведения, составляющие тайну.\n" * 100).encode("cp1251")
    found = decodings(data)

    assert found[0].startswith("Настоящий")
    assert len(found) <= 4


def test_noise_is_less_plausible_than_words():
    assert plausibility("Größe") > plausibility("GrÃ¶ÃŸe")
    assert plausibility("Секретно") > plausibility("яЕЙПЕРМН")
    assert plausibility("plain") == 1.0


def test_text_with_a_nul_in_it_is_read_all_the_same():
    assert any("SECRET" in text for text in decodings(b"a\x00b SECRET\n"))


def test_a_marking_is_found_in_nearly_every_encoding():
    missed = [
        name
        for name, marking, data in encodings.files()
        if not any(marking in text for text in encodings.readings(data))
    ]

    assert len(list(encodings.files())) == 121
    assert missed == []


def test_mainframe_text_is_told_from_others():
    german = "Das Papier ist VS-NUR FÜR DEN DIENSTGEBRAUCH eingestuft, seit gestern."

    assert decodings(german.encode("cp273"))[0] != german
    assert german in decodings(german.encode("cp273"))
    assert ebcdic("one\ntwo three four five, six and seven, eight".encode("cp037").replace(b"\x25", b"\x15"))[0][
        0
    ].count("\n")
    assert ebcdic(german.encode()) == ((), False)
    assert not is_ebcdic(b"")
    assert not is_ebcdic("Совершенно секретно, не копировать".encode("cp1251"))


def test_lines_in_two_encodings_are_both_read():
    text = "Über alles größer, größte\nplain\n"
    found = decodings(text.encode() + "Straße und Maß\n".encode("cp1252"))

    assert found[0] == text + "Straße und Maß\n"
    assert mixed("größer\nMaß\n".encode()) is None
    assert mixed(b"plain\nplain\n") is None
    assert mixed("größer\nMaß".encode("cp1252")) is None


def test_zeros_and_wide_words_within_a_text_hide_nothing():
    assert "SECRET\nnext" in decodings(b"SECRET\0\0\0next\0\0\0\0")
    assert any(
        "机密文件" in text for text in decodings(b"a line of text\n" * 300 + "机密文件".encode("utf-16-le") + b"\0 x")
    )
    assert wide_runs(b"plain text") == ""


def test_a_mark_that_lies_is_not_believed():
    assert "机密文件" in decodings(b"\xef\xbb\xbf" + "机密文件".encode("gb18030"))


def test_a_name_that_fits_spares_the_others():
    assert decodings("Größe und Maß, Übermaß, Füße, Öl".encode("cp1252"), "iso-8859-1") == (
        "Größe und Maß, Übermaß, Füße, Öl",
    )
    assert len(decodings("ein Fußgänger".encode("cp1252"), "iso-8859-1")) == 1
    assert len(decodings("ein Fußgänger".encode("cp1252"))) > 1
