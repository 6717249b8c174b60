"""Numbers that are secrets are taken out of the names that every report shows; other names stay as they are."""

import time

import pytest

from scanner.detect.mask import Mask
from scanner.detect.names import NameMask
from scanner.model.place import Part, Place

_CARD = "4732549334583948"
_GROUPED = "4732 5493 3458 3948"
_ACCOUNT = "DE89370400440532013007"


def _shown(name, *, show=False):
    return NameMask(Mask(b"k" * 32, show))(Place("a.zip", (name,))).members[0]


def _value(kind, value):
    return f"[{kind} {Mask(b'k' * 32).hash(value)}]"


@pytest.mark.parametrize("written", [_CARD, _GROUPED, _GROUPED.replace(" ", "-")])
@pytest.mark.parametrize("around", ["{}", "card {}.txt", "2026-11-26 {} 17.pdf", "folder {}/b.docx", "({})"])
def test_a_card_number_is_replaced_and_the_rest_of_the_name_stays(written, around):
    assert _shown(around.format(written)) == around.format(_value("payment card", _CARD))


@pytest.mark.parametrize(
    "name", ["report-2026-11-26.docx", "4732549334583949", "123456789012345678901234567890", "a", ""]
)
def test_what_is_no_card_or_account_stays(name):
    place = Place("a.zip", (name,), Part.SHEET, title=name)

    assert NameMask(Mask(b"k" * 32))(place) is place


def test_an_account_number_is_replaced(monkeypatch):
    from scanner.detect import names

    monkeypatch.setattr(names, "iban", lambda text: text if text.replace(" ", "") == _ACCOUNT else None)
    spaced = " ".join(_ACCOUNT[at : at + 4] for at in range(0, len(_ACCOUNT), 4))

    assert _shown(f"{_ACCOUNT}.txt") == f"{_value('bank account', _ACCOUNT)}.txt"
    assert _shown(f"to {spaced} PAID.txt") == f"to {_value('bank account', spaced)} PAID.txt"


def test_sheets_are_members_too_and_the_file_itself_is_found_by_its_name():
    place = NameMask(Mask(b"k" * 32))(Place(f"{_CARD}.zip", ("a",), Part.SHEET, title=_CARD))

    assert place == Place(f"{_CARD}.zip", ("a",), Part.SHEET, title=_value("payment card", _CARD))
    assert Place.parse(str(place)) == place


def test_where_values_are_to_be_shown_names_are():
    assert _shown(_CARD, show=True) == _CARD


@pytest.mark.parametrize("unit", ["4 ", "4732 5493 ", "DE89 ", "DE8937040044", "0" * 20])
def test_a_name_is_read_in_a_time_that_grows_with_its_length(unit):
    mask = NameMask(Mask(b"k" * 32))
    started = time.process_time()
    for number in range(20):
        shown = mask(Place("a.zip", (f"{number} {unit * (65_536 // len(unit))}",))).members[0]

        assert len(shown) < 2000
    assert time.process_time() - started < 5
