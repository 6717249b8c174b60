from typing import Any

from scanner.extract import xml
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
