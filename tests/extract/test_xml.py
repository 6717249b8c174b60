import base64
from typing import Any

import pytest

from bench.hiding import texts
from scanner.extract import xml
from scanner.model.document import Reason
from scanner.model.place import Part


def test_text_comes_by_lines_and_runs_are_one_word(look: Any):
    found = look(xml, b"<d><p><r><t>SEC</t></r><r><t>RET</t></r></p><p>next</p></d>")

    assert found.text() == "SECRET\nnext"


def test_attributes_and_comments_are_read(look: Any):
    found = look(xml, b'<a class="NATO SECRET"><!-- remark --><?app data?>x</a>')

    assert found.text(Part.METADATA) == "class: NATO SECRET"
    assert found.text(Part.COMMENT) == "remark \napp data".replace(" \n", "\n")


def test_an_entity_of_the_document_is_resolved_and_one_from_outside_is_not(look: Any):
    inside = look(xml, b'<!DOCTYPE a [<!ENTITY e "SECRET">]><a>&e;</a>')
    outside = look(xml, b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>')

    assert inside.text() == "SECRET"
    assert "root:" not in outside.text()


def test_what_is_not_well_formed_is_read_as_it_stands(look: Any):
    found = look(xml, b"<a><b>SECRET</a>")

    assert "<b>SECRET</a>" in found.text()


def test_an_explosion_of_entities_ends_early(look: Any):
    steps = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    found = look(xml, f'<!DOCTYPE l [<!ENTITY a0 "ha">{steps}]><l>&a11;</l>'.encode())

    assert sum(len(segment.text) for segment in found.segments) < 50_000_000


def test_the_declared_encoding_is_believed(look: Any):
    found = look(xml, '<?xml version="1.0" encoding="GB2312"?><a>机密</a>'.encode("gb18030"))

    assert found.segments[0].text == "机密"


def test_utf_16_is_read(look: Any):
    found = look(xml, '<?xml version="1.0" encoding="UTF-16"?><a>机密</a>'.encode("utf-16"))

    assert found.text() == "机密"


_PROBES = {probe.place: probe for probe in texts.probes() if probe.kind in {"xml", "svg"}}


@pytest.mark.parametrize("place", sorted(_PROBES))
def test_a_word_is_read_in_every_place_of_a_document_or_handed_on(look: Any, place: str):
    probe = _PROBES[place]
    found = look(xml, probe.data)
    said = [*(segment.text for segment in found.segments), *(data.decode() for data in found.members.values())]

    assert any(probe.word in text for text in said)


def test_lines_of_a_drawing_are_lines_and_its_indents_are_none(look: Any):
    found = look(
        xml,
        b"<svg><text>\n  <tspan x='1'>SEC</tspan>\n  <tspan x='9'>RET</tspan>\n  <tspan dy='9'>next\n line</tspan>"
        b"\n</text><g>\nx\n</g></svg>",
    )

    assert found.text() == "SECRET\nnext line\nx"


def test_files_in_attributes_and_texts_are_members(look: Any):
    coded = base64.b64encode(b"%PDF-1.4 and so on, and so on, and so on").decode()
    found = look(xml, f'<a b="data:text/plain,one%20two"><c>{coded}</c><d>{coded[:-4]}</d></a>'.encode())

    assert found.members["data 1"] == b"one two"
    assert found.members["coded 1"].startswith(b"%PDF")
    assert found.members["coded 2"].startswith(b"%PDF")


def test_declarations_are_read_and_nothing_is_fetched_for_them(look: Any):
    found = look(
        xml,
        b'<!DOCTYPE a PUBLIC "-//SECRET//one" "two.dtd" [<!NOTATION n SYSTEM "three"><!ENTITY e SYSTEM "four" NDATA n>'
        b'<!ATTLIST a b CDATA "five">]><a/>',
    )

    assert all(word in found.text(Part.COMMENT) for word in ("SECRET", "two.dtd", "three", "four", "five"))


@pytest.mark.parametrize(
    "source", [b"<?xml version='1.0'?><a><b>hello", b"<a xmlns='u'><b>hello</b", b"<a>hello<![CDATA["]
)
def test_xml_that_was_cut_short_says_so_and_what_is_there_counts(look, source):
    found = look(xml, source)

    assert "hello" in found.text()
    assert found.reasons == [Reason.PARTIAL]


def test_xml_that_is_wrong_in_its_middle_is_read_as_it_stands(look):
    assert look(xml, b"<a>hello & <b></a>").reasons == []


@pytest.mark.parametrize("codec", ["zlib", "zip", "bz2", "hex", "base64", "rot13", "uu"])
def test_a_codec_that_is_none_of_text_is_no_encoding(look: Any, codec: str):
    found = look(xml, f"<?xml version='1.0' encoding='{codec}'?><a>words</a>".encode())

    assert set(found.reasons) <= {Reason.CORRUPT}
