import base64
from typing import Any

from scanner.extract import ics
from scanner.identify import identify
from scanner.model.document import Reason
from scanner.model.place import Part


def _event(*lines: str) -> bytes:
    return "\r\n".join(("BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", "")).encode()


def test_calendars_and_cards_are_told_by_their_first_line():
    assert identify(_event()) == "text/calendar"
    assert identify(b"BEGIN:VCARD\nVERSION:3.0\nFN:a\nEND:VCARD\n") == "text/vcard"
    assert identify(b"\nbegin:vnote\nBODY:a\nEND:VNOTE\n") == "text/x-vnote"


def test_folded_lines_are_one_and_escapes_are_resolved(look: Any):
    found = look(ics, _event("SUMMARY:NATO SEC\r\n RET", "DESCRIPTION:one\\ntwo\\, three\\\\", "no field at all"))

    assert "SUMMARY: NATO SECRET\nNATO SECRET" in found.text()
    assert "DESCRIPTION: one\ntwo, three\\" in found.text()
    assert "no field at all" in found.text()
    assert "BEGIN: VEVENT" in found.text(Part.PROPERTY)
    assert found.reasons == []


def test_parameters_are_read(look: Any):
    found = look(ics, _event('ORGANIZER;CN="Doe: SECRET; x":mailto:a@b.example'))

    assert found.text(Part.METADATA) == 'ORGANIZER;CN="Doe: SECRET; x"'
    assert "ORGANIZER: mailto:a@b.example" in found.text(Part.PROPERTY)


def test_what_is_written_into_a_field_is_a_member(look: Any):
    coded = base64.b64encode(b"SECRET").decode()
    found = look(
        ics,
        _event(
            f"ATTACH;ENCODING=BASE64;VALUE=BINARY:{coded[:4]}\r\n {coded[4:]}", "PHOTO:data:,a%20b", "LOGO;BASE64:QQ=="
        ),
    )

    assert found.members == {"attached 1": b"SECRET", "attached 2": b"a b", "attached 3": b"A"}


def test_more_files_than_anybody_attaches_are_reported(look: Any):
    found = look(ics, _event(*["PHOTO;ENCODING=b:QUJD"] * 1001))

    assert found.reasons == [Reason.TOO_MANY_MEMBERS]
    assert len(found.members) == 1000


def test_old_cards_keep_the_space_and_their_own_encoding(look: Any):
    found = look(
        ics,
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nORG:NATO\r\n SECRET\r\n"
        b"NOTE;CHARSET=windows-1252;ENCODING=QUOTED-PRINTABLE:Gr=F6=\r\n=DFe=0D=0Atwo\r\nEND:VCARD\r\n",
    )

    assert "ORG: NATO SECRET" in found.text(Part.PROPERTY)
    assert "NOTE: Größe\ntwo" in found.text()


def test_a_rich_description_is_read_without_its_tags(look: Any):
    found = look(ics, _event("X-ALT-DESC;FMTTYPE=text/html:<p>SEC<b>RET</b> &amp; more</p>"))

    assert "SECRET & more" in found.text()


def test_a_calendar_in_two_bytes_a_character_is_read(look: Any):
    assert "机密" in look(ics, _event("SUMMARY:机\r\n 密").decode().encode("utf-16")).text()


def test_nothing_says_nothing(look: Any):
    assert look(ics, b"").items == []
