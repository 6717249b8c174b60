"""Protective markings of mail are read from header, subject and property, with all that stands beside the level."""

import pytest

from bench.hiding._outlook import HEADERS_SET, Message, Property, outlook
from scanner.model.finding import Kind, Role, Status

_FULL = (
    "X-Protective-Marking: VER=2025.1, NS=gov.au, SEC=TOP-SECRET, CAVEAT=C:LOBSTER,\r\n"
    " CAVEAT=RI:AGAO, CAVEAT=RI:REL AFG/DZA, CAVEAT=SH:EXCLUSIVE-FOR person, EXPIRES=2030-10-01,\r\n"
    " DOWNTO=OFFICIAL, ACCESS=Legal-Privilege, NOTE=one\\, two, ORIGIN=a@example.gov.au"
)


def _labels(findings):
    return [one for one in findings if one.kind is Kind.LABEL]


def test_the_header_field_says_everything(look, mail):
    (found,) = _labels(look("a.eml", mail(_FULL, subject="Roof [SEC=PROTECTED]")))

    assert (found.rule, found.label.level.name, found.role) == ("au", "TOP SECRET", Role.HEADER)
    assert found.label.caveats >= {"AGAO", "LOBSTER"}
    assert found.label.releasable_to == {"AFG", "DZA"}
    assert found.reasons == (*("electronic_label", "protective_marking", "expires:2030-10-01", "downto:OFFICIAL"),)
    assert found.place.title == "X-Protective-Marking"


@pytest.mark.parametrize(
    ("level", "name"),
    [
        ("UNOFFICIAL", "UNOFFICIAL"),
        ("OFFICIAL", "OFFICIAL"),
        ("OFFICIAL:Sensitive", "OFFICIAL: Sensitive"),
        ("OFFICIAL: Sensitive", "OFFICIAL: Sensitive"),
        ("PROTECTED", "PROTECTED"),
        ("SECRET", "SECRET"),
        ("TOP-SECRET", "TOP SECRET"),
    ],
)
@pytest.mark.parametrize("namespace", ["gov.au", "vic.gov.au", "qld.gov.au"])
def test_every_level_is_australias_in_every_state(look, mail, level, name, namespace):
    (found,) = _labels(look("a.eml", mail(f"X-Protective-Marking: VER=2018.4, NS={namespace}, SEC={level}")))

    assert (found.rule, found.label.level.name, found.status) == ("au", name, Status.MARKED)


@pytest.mark.parametrize(
    "subject",
    ["Roof [SEC=PROTECTED]", "RE: Roof [sec=protected, ACCESS=Legal-Privilege] ", "Roof [VER=2018.4, SEC=PROTECTED]"],
)
def test_a_mail_without_the_field_is_marked_by_its_subject(look, mail, subject):
    (found,) = _labels(look("a.eml", mail(subject=subject)))

    assert (found.rule, found.label.level.name, found.place.title) == ("au", "PROTECTED", "Subject")


def test_a_property_of_an_office_document(look, docx):
    (found,) = _labels(look("a.docx", docx([("X-Protective-Marking", "VER=2018.4, NS=gov.au, SEC=SECRET")])))

    assert (found.rule, str(found.label)) == ("au", "SECRET")


def test_the_field_in_an_outlook_message(look):
    text = "VER=2018.4, NS=gov.au, SEC=PROTECTED"
    header = Property(0x007D, f"X-Protective-Marking: {text}\r\n\r\n")
    named = Property(0, text, set=HEADERS_SET, name="x-protective-marking")
    for kept in (header, named):
        (found,) = _labels(look("a.msg", outlook(Message((Property(0x001A, "IPM.Note"), kept)))))

        assert (found.rule, str(found.label)) == ("au", "PROTECTED")


def test_others_use_the_field_with_numbers_of_their_own(look, mail):
    data = mail(
        "x-janusnet-classifier: Janusseal", "x-protective-marking: VER=2021.0, NS=2022.1.example.com,\r\n SEC=D04F"
    )
    (unknown,) = _labels(look("a.eml", data))
    (known,) = _labels(look("a.eml", data, ("protective_marking", "2022.1.example.com D04F", "Confidential")))

    assert (unknown.label, unknown.evidence) == (None, "2022.1.example.com D04F")
    assert (known.rule, str(known.label)) == ("corporate", "Confidential")


@pytest.mark.parametrize(
    "subject",
    ["How to write [SEC=PROTECTED] behind a subject", "What does SEC=SECRET mean?", "[SECURITY] roof", "[SEC] filing"],
)
def test_a_subject_that_speaks_of_markings_has_none(look, mail, subject):
    assert _labels(look("a.eml", mail(subject=subject))) == []


def test_a_text_that_shows_the_field_is_not_marked(look, mail):
    body = f"A marked mail looks like this:\n\n{_FULL}\n\nSubject: Roof [SEC=SECRET]\n"

    assert _labels(look("a.eml", mail(body=body))) == []
    assert _labels(look("a.txt", body.encode())) == []
