"""The messages in `tests/data/smime` were made by OpenSSL; the others are put together in `bench/hiding`."""

import random
import zlib
from pathlib import Path

import pytest

from bench.hiding import smime
from bench.hiding.smime import _der, _message, _number, _signed
from scanner.extract import cms
from scanner.extract._cms.ber import Ber
from scanner.extract._cms.security_label import security_labels
from scanner.extract._unreadable import UnreadableError
from scanner.identify import identify
from scanner.model.document import Reason
from scanner.model.limits import DEFAULT_LIMITS
from scanner.model.place import Part
from scanner.pipeline import Pipeline

_DATA = Path(__file__).parents[1] / "data" / "smime"
_KIND = bytes.fromhex("2a864886f70d010701")
_SIGNED = bytes.fromhex("2a864886f70d010702")


@pytest.mark.parametrize("name", ["signed.p7m", "streamed.p7m"])
def test_the_content_of_a_signed_message_is_a_member(look, name):
    found = look(cms, (_DATA / name).read_bytes())

    assert b"A word: QX" in found.members["content"]
    assert identify(found.members["content"]) == "message/rfc822"
    assert "Test Signer" in found.text(Part.METADATA, "signature")
    assert found.problems == []


@pytest.mark.parametrize("name", ["detached.p7s", "certificates.p7c"])
def test_a_signature_or_certificates_alone_hide_nothing(look, name):
    found = look(cms, (_DATA / name).read_bytes())

    assert found.members == {}
    assert "Test Signer" in found.text(Part.METADATA, "signature")
    assert found.problems == []


def test_what_is_sealed_is_undetermined_not_clean(look):
    assert look(cms, (_DATA / "sealed.p7m").read_bytes()).reasons == [Reason.ENCRYPTED]
    for last in (b"\x03", b"\x04", b"\x06"):
        assert look(cms, _message(_KIND[:-1] + last, _number(1))).reasons == [Reason.ENCRYPTED]


def test_a_message_with_a_digest_is_read(look):
    assert b"nothing" in look(cms, (_DATA / "digested.p7m").read_bytes()).members["content"]


def test_compressed_content_is_unpacked_within_the_budget(look):
    data = smime._compressed(b"x" * 100_000)

    assert look(cms, data).members == {"content": b"x" * 100_000}
    packed = zlib.compress(b"x" * 100_000)
    broken = smime._message(smime._SMIME + b"\x09", _number(0), smime._content(packed[:-40]))
    assert Reason.CORRUPT in look(cms, broken).reasons


def test_every_reader_of_a_mail_reads_the_signed_document_in_it():
    class Listener:
        def __init__(self):
            self.text = ""

        def detect(self, _, segments):
            self.text += "\n".join(segment.text for segment in segments)
            return iter(())

    from scanner.extract import readers

    for name in ("clear.eml", "opaque.eml"):
        listener = Listener()
        items = list(Pipeline(readers(), (listener,), DEFAULT_LIMITS).examine(name, (_DATA / name).read_bytes()))

        assert "A word: QX" in listener.text, name
        assert not [item for item in items if hasattr(item, "reason")], name


def test_a_label_of_security_is_said_in_words(look):
    found = look(cms, _signed(b"x" * 100, smime._label(b"EYES ONLY")))

    assert [item.text for item in found.segments if item.place.title == "security label"] == ["SECRET\nEYES ONLY"]


@pytest.mark.parametrize(
    "rest", [b"", b"\x31", b"\x31\x02\x04\x00", b"\x31\x80\x31\x80\x02\x80", b"\x31\x03\x31\x01\x02"]
)
def test_a_broken_label_says_nothing(rest):
    assert list(security_labels(b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x02" + rest)) == []


def test_a_label_has_no_more_fields_than_it_may():
    fields = _der(0x31, _der(0x31, _number(1) * 40 + _der(0x0C, "größer".encode())))

    (label,) = security_labels(b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x02" + fields)

    assert label == "\n".join(["UNCLASSIFIED"] * 10)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x80\x05\x00",
        b"\x30\x89\x01",
        b"\x30\x84\x00",
        b"\x3f" + b"\x81" * 20,
        b"\x30\x80\x06",
        _message(b"\x2a\x03", _number(1)),
        _message(_SIGNED)[:-2],
    ],
)
def test_what_is_no_message_says_so_and_is_searched(look, data):
    found = look(cms, data + b"SECRET words" if data else data)

    assert found.problems
    assert found.reasons[0] in {Reason.CORRUPT, Reason.UNSUPPORTED}


def test_a_message_that_breaks_off_gives_what_there_is(look):
    data = (_DATA / "signed.p7m").read_bytes()

    found = look(cms, data[:90])

    assert found.members["content"].startswith(b"MIME-Version: 1.0\r\nContent-Type: text/plain")
    assert found.reasons == [Reason.CORRUPT]
    streamed = (_DATA / "streamed.p7m").read_bytes()
    for size in (90, 200, len(streamed) - 8):
        assert look(cms, streamed[:size]).reasons == [Reason.CORRUPT]


def test_a_message_without_anything_in_it_is_not_taken_for_read(look):
    assert look(cms, _message(_SIGNED, _number(1), _der(0x31, b""), _der(0x30, b""))).reasons == [Reason.CORRUPT]
    assert look(cms, _message(_SIGNED, *[_number(1)] * 30)).reasons == [Reason.CORRUPT]
    other = _der(0x30, _der(0x06, b"\x2a\x03"))
    assert look(cms, _message(_SIGNED, _number(1), _der(0x31, b""), other)).reasons == []
    assert look(cms, _message(_KIND[:-1] + b"\x05", _number(1), other)).reasons == [Reason.CORRUPT]
    stamped = bytes.fromhex("2a864886f70d010910011f")
    assert look(cms, _message(stamped, _number(1), _der(0x16, b"http://x.example/"))).reasons == []


def test_data_of_its_own_is_a_member(look):
    assert look(cms, _message(_KIND, content=_der(0x04, b"text"))).members == {"content": b"text"}


def test_lengths_without_an_end_are_stepped_over(look):
    inner = b"\x31\x80\x30\x80\x05\x00\0\0\0\0"
    data = _message(_SIGNED, _number(1), inner, smime._content(b"text"))

    assert look(cms, data).members == {"content": b"text"}


def test_content_in_pieces_within_pieces_is_put_together():
    pieces = b"\x24\x80\x24\x04\x04\x02ab\x04\x01c\x24\x80\x04\x01d\0\0\0\0rest"
    ber = Ber(pieces)

    assert ber.octets(ber.element(0)) == b"abcd"
    assert not ber.cut


@pytest.mark.parametrize(
    "pieces", [b"\x24\x80\x04\x02ab", b"\x24\x80\x04\x02ab\x04", b"\x24\x80\x04\x02ab\x04\x80\0\0"]
)
def test_pieces_that_break_off_are_noticed(pieces):
    ber = Ber(pieces)

    assert ber.octets(ber.element(0)) == b"ab"
    assert ber.cut


def test_nesting_without_end_is_no_trouble():
    ber = Ber(b"\x30\x80" * 1000)
    with pytest.raises(UnreadableError):
        ber.skip(ber.element(0))
    assert Ber(b"\x24\x80" * 1000).octets(Ber(b"\x24\x80" * 1000).element(0)) == b""


def test_more_elements_than_a_message_has_are_not_followed(monkeypatch):
    monkeypatch.setattr("scanner.extract._cms.ber._MOST_STEPS", 100)
    ber = Ber(b"\x30\x80" + b"\x05\x00" * 1000)
    with pytest.raises(UnreadableError) as fault:
        ber.skip(ber.element(0))
    assert fault.value.reason is Reason.TOO_MANY_MEMBERS


def test_no_damage_makes_it_raise(look):
    chance = random.Random(8)  # noqa: S311 - the same damage every time
    for name in ("signed.p7m", "streamed.p7m", "digested.p7m"):
        data = (_DATA / name).read_bytes()
        for _ in range(60):
            cut = look(cms, data[: chance.randrange(len(data))])
            flipped = bytearray(data)
            for _ in range(3):
                flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            found = look(cms, bytes(flipped))

            assert all(item.place.file == "f" for item in (*cut.items, *found.items))
