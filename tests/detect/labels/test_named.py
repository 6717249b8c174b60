"""Properties, header fields and data named for a marking count where their value is a whole one."""

import pytest

from scanner.model.finding import Kind, Status


def _electronic(findings):
    return [one for one in findings if "electronic_label" in one.reasons]


@pytest.mark.parametrize(
    ("name", "value", "label"),
    [
        ("Classification", "SECRET//NOFORN", "us:SECRET//NOFORN"),
        ("Security Classification", "NATO RESTRICTED", "nato:NATO RESTRICTED"),
        ("InterpolClassification", "Confidential", "corporate:Confidential"),
        ("Protective Marking", "OFFICIAL-SENSITIVE", "uk:OFFICIAL-SENSITIVE"),
        ("TLP", "amber", "tlp:TLP:AMBER"),
    ],
)
def test_a_property_that_is_named_for_it(look, docx, name, value, label):
    (found,) = _electronic(look("a.docx", docx([(name, value)])))

    assert (found.kind, f"{found.rule}:{found.label}") == (Kind.LABEL, label)
    assert found.reasons == ("electronic_label", f"named_property:{name.lower()}")
    assert str(found.place) == f'a.docx#property "{name}"'


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Classification", "Invertebrates"),
        ("Classification", "see the secret annex"),
        ("Classification", ""),
        ("Title", "SECRET//NOFORN programmes of the world"),
        ("Declassification", "1999"),
    ],
)
def test_other_properties_are_no_labels(look, docx, name, value):
    assert _electronic(look("a.docx", docx([(name, value)]))) == []


@pytest.mark.parametrize("value", ["General", "internal", "Private property"])
def test_words_that_mean_much_else_are_a_hint_at_most(look, docx, value):
    assert all(one.status is Status.SUSPECT for one in look("a.docx", docx([("Classification", value)])))


def test_a_field_that_a_mail_program_adds(look, mail):
    (found,) = _electronic(look("a.eml", mail("X-Acme-Classification: NATO RESTRICTED")))
    (hint,) = _electronic(look("a.eml", mail("X-Acme-Classification: Confidential")))

    assert (str(found.label), found.place.title) == ("NATO RESTRICTED", "X-Acme-Classification")
    assert (found.kind, hint.status) == (Kind.LABEL, Status.SUSPECT)
    assert _electronic(look("a.eml", mail("X-Spam-Classification: bulk"))) == []


def test_what_a_page_says_of_itself(look):
    page = b'<html><head><meta name="classification" content="SECRET//NOFORN"></head><body><p>Roof</p></body></html>'
    (found,) = _electronic(look("a.html", page))

    assert (str(found.label), found.place.title) == ("SECRET//NOFORN", "classification")


@pytest.mark.parametrize(
    ("name", "text", "label"),
    [
        ("a.json", '{"classification": "SECRET//NOFORN", "rows": [1]}', "SECRET//NOFORN"),
        ("a.json", '{"metadata": {"securityClassification": "TOP SECRET"}, "rows": [1]}', "TOP SECRET"),
        ("a.json", '[{"marking": "TLP:RED"}, {"marking": "TLP:RED"}]', "TLP:RED"),
        ("a.md", "---\ntitle: Roof\nclassification: NATO SECRET\n---\n\n# Roof\n", "NATO SECRET"),
        ("a.md", "+++\ntitle = 'Roof'\nclassification = 'SECRET//NOFORN'\n+++\n\n# Roof\n", "SECRET//NOFORN"),
        ("a.md", "---\ntlp: amber+strict\n---\n\n# Roof\n", "TLP:AMBER+STRICT"),
        ("a.csv", "id,classification\n1,SECRET//NOFORN\n2,SECRET//NOFORN\n", "SECRET//NOFORN"),
        ("a.csv", "id;Security Classification\n1;NATO SECRET\n", "NATO SECRET"),
    ],
)
def test_fields_of_data_that_speak_of_the_whole(look, name, text, label):
    found = [one for one in look(name, text.encode()) if one.kind is Kind.LABEL]

    assert [str(one.label) for one in found] == [label]
    assert found[0].reasons[1].startswith("field:")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", '{"classification": "mammal"}'),
        ("a.json", '{"classification": {"level": "SECRET"}, "x": 1}'),
        ("a.json", '{"$schema": "x", "classification": "SECRET"}'),
        ("a.json", '{"items": [{"example": {"classification": "SECRET//NOFORN"}}]}'),
        ("a.json", '{"classification": "SECRET'),
        ("a.json", '{"classification": "confidential"}'),
        ("a.json", '{"kind": "Secret", "type": "SECRET"}'),
        ("a.md", "---\nclassification: confidential\n---\n\n# Roof\n"),
        ("a.md", "# Roof\n\n---\nclassification: NATO SECRET is a level\n---\n"),
        ("a.yml", "classification: geology\nlevel: secret\n"),
        ("a.csv", "id,classification\n1,SECRET//NOFORN\n2,UNCLASSIFIED\n"),
        ("a.csv", "level,meaning\nSECRET,grave damage\n"),
    ],
)
def test_data_about_markings_is_not_marked(look, name, text):
    assert all(one.status is Status.SUSPECT for one in _electronic(look(name, text.encode())))
