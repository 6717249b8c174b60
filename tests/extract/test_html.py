import base64
import random
from typing import Any

import pytest

from bench.hiding import page
from scanner.extract import html
from scanner.extract._markup.page import Page
from scanner.model.document import Reason
from scanner.model.place import Part


def test_blocks_end_lines_and_inline_tags_do_not_split_words(look: Any):
    found = look(
        html, b"<p>SEC<b>RE</b>T//<i>NO</i>FORN</p><div>next\nline</div>a<br>b<table><tr><td>c</td><td>d</td></tr>"
    )

    assert found.text().split("\n") == ["SECRET//NOFORN", "next line", "a", "b", "\tc\t\td\t"]


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display:none">SECRET</p>',
        "<noscript>SECRET</noscript>",
        "<template>SECRET</template>",
        "<svg><text>SECRET</text></svg>",
        '<img alt="SECRET">',
        '<input type="hidden" value="SECRET">',
        "<p>&#83;&#x45;CRET</p>",
        "<pre>SECRET</pre>",
        "<select><option>SECRET</select>",
    ],
)
def test_text_is_read_wherever_it_hides(look: Any, hidden: str):
    found = look(html, f"<html><body>{hidden}".encode())

    assert "SECRET" in found.text() + found.text(Part.HIDDEN)


def test_parts_keep_their_kind(look: Any):
    found = look(
        html,
        b'<title>T &amp; t</title><meta name="MSIP_Label" content="Secret"><!-- a <b>c</b>omment -->'
        b'<script>var x = "S";</script>'
        b'<style>p::before { content: "U" }</style><a href="http://h.example/SECRET.docx">x</a><?php echo ?>',
    )

    assert found.text(Part.PROPERTY, "title") == "T & t"
    assert found.text(Part.PROPERTY, "MSIP_Label") == "Secret"
    assert " a comment " in found.text(Part.COMMENT)
    assert 'var x = "S";' in found.text(Part.CODE)
    assert '"U"' in found.text(Part.CODE)
    assert found.text(Part.METADATA).split("\n") == ["MSIP_Label", "http://h.example/SECRET.docx"]


def test_lines_of_preformatted_text_stay(look: Any):
    assert look(html, b"<pre>one\ntwo</pre>").text() == "one\ntwo"


def test_files_written_into_attributes_are_members(look: Any):
    picture = base64.b64encode(b"q" * 300).decode()
    found = look(
        html,
        f'<img src="data:image/png;base64,{picture}"><img src="data:image/png;base64,QQ==">'
        f'<a href="data:text/plain,{"x%20" * 60}">'
        '<iframe srcdoc="&lt;p&gt;SECRET"></iframe>'.encode(),
    )

    assert found.members == {
        "data 1": b"q" * 300,
        "data 2": b"A",
        "data 3": b"x " * 60,
        "srcdoc 4": b"<p>SECRET",
    }


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ('<meta charset="gb2312"><p>机密</p>', "gb18030"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=shift_jis"><p>極秘</p>', "cp932"),
        ('<?xml version="1.0" encoding="koi8-r"?><html><p>секретно</p></html>', "koi8_r"),
        ("<p>机密</p>", "utf-16-le"),
        ("<p>机密</p>", "utf-16"),
        ("<p>机密</p>", "utf-8-sig"),
    ],
)
def test_pages_come_in_any_encoding(look: Any, text: str, codec: str):
    wanted = next(word for word in ("机密", "極秘", "секретно") if word in text)

    assert look(html, text.encode(codec)).text().split("\n")[0] == wanted


def test_a_page_nested_without_end_is_read(look: Any):
    found = look(html, b"<div>" * 100_000 + b"SECRET")

    assert "SECRET" in found.text()


def test_what_the_parser_gives_up_on_is_read_without_tags_and_not_called_whole(
    look: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Page, "read", lambda _self, _text: False)
    found = look(html, b"<p>SEC<b>RET</b>")

    assert found.text() == "SECRET"
    assert found.reasons == [Reason.PARTIAL]


def test_broken_bytes_do_no_harm(look: Any):
    found = look(html, b"<p>SECRET\x00<<<\xff><!-- <![CDATA[")

    assert "SECRET" in found.text()


_PROBES = {probe.place: probe for probe in page.probes()}


@pytest.mark.parametrize("place", sorted(_PROBES))
def test_a_word_is_read_in_every_place_of_a_page_or_handed_on(look: Any, place: str):
    probe = _PROBES[place]
    found = look(html, probe.data)
    texts = [*(segment.text for segment in found.segments), *(content.decode() for content in found.members.values())]

    assert any(probe.word in text for text in texts)


def test_hidden_text_ends_where_its_element_ends(look: Any):
    found = look(html, b'<div hidden>one<p style="display:none">two<br></div>three<p style="color:#FFF">four</p>five')

    assert found.text(Part.HIDDEN).split("\n") == ["one", "two", "four"]
    assert found.text().split("\n") == ["three", "five"]


def test_what_only_resembles_hiding_is_body(look: Any):
    found = look(html, b'<p style="background-color:#fff;opacity:0.5;left:-10px;line-height:0">SECRET</p>')

    assert found.text() == "SECRET"


def test_a_page_in_a_page_in_a_comment_is_not_followed_for_ever(look: Any):
    found = look(html, b"<!-- <p>one</p><script type='text/x'><p>two<!-- --></p></script> -->x")

    assert "one" in found.text(Part.COMMENT)
    assert "two" in found.text(Part.COMMENT)


def test_more_files_than_anybody_writes_into_a_page_are_reported(look: Any):
    found = look(html, b'<p title="data:,x">' * 5001)

    assert found.reasons == [Reason.TOO_MANY_MEMBERS]
    assert len(found.members) == 5000


def test_a_mirrored_text_is_read_both_ways(look: Any):
    assert look(html, b"<bdo dir=rtl>TERCES</bdo>").text().split("\n") == ["TERCES", "SECRET"]


def test_ends_without_starts_do_no_harm(look: Any):
    assert "SECRET" in look(html, b"</script></title></p></bdo></pre>SECRET</style></html></html>").text()


def test_pages_are_read_cut_anywhere_and_with_flipped_bits(look: Any):
    whole = b"".join(probe.data for probe in list(_PROBES.values())[:40])
    chance = random.Random(8)  # noqa: S311 - the same every time
    for _ in range(40):
        flipped = bytearray(whole[: chance.randrange(len(whole))])
        for _ in range(min(10, len(flipped))):
            flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        found = look(html, bytes(flipped))

        assert all(item.place.file == "f" for item in found.items)
