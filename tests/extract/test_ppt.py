"""PowerPoint presentations from before 2007: what is read, where it is said to be, and what damage does."""

import gzip
import random
import struct
import time
import zlib
from pathlib import Path

import pytest

from bench.hiding import slides_binary, word
from bench.hiding._biff_file import atom, compound, container
from bench.hiding._ppt_file import (
    DOCUMENT,
    MASTER,
    NOTES,
    STORAGE,
    chars,
    narrow_chars,
    shape,
    show,
    slide,
    slide_list,
    stream,
    string,
    tag,
    text_shape,
    user,
)
from scanner.extract import LimitReachedError, ppt
from scanner.extract._ole.compound import Compound
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason
from scanner.model.limits import Limits
from scanner.model.place import Part

GOLDEN = gzip.decompress((Path(__file__).parents[1] / "data" / "legacy-ppt" / "golden.ppt.gz").read_bytes())
ONE = container(DOCUMENT, slide_list(1))


def test_a_presentation_of_libreoffice_is_read_whole(read):
    found = read(ppt, GOLDEN)

    assert not found.problems
    assert word("ppt", "slide text box") in found.texts["slide 1"]
    assert found.texts["speaker notes 1"] == word("ppt", "speaker notes")
    assert found.texts['hidden text 2 "slide"'] == word("ppt", "hidden slide")
    assert word("ppt", "word in two runs") in found.texts["slide 3"]
    assert found.texts["comment 1"] == word("ppt", "slide comment")


def test_no_hiding_place_of_a_presentation_makes_a_problem_and_none_is_missed(read):
    for probe in slides_binary.probes():
        found = read(ppt, probe.data)

        assert not found.problems or probe.place == "PowerPoint 95", probe.place
        packed = b"".join(found.members.values())
        assert probe.word in found.all or probe.word.encode() in packed or probe.word.encode("utf-16-le") in packed


def test_slides_come_in_the_order_of_the_show_and_not_of_the_file(look):
    listed = container(
        0x0FF0,
        *(
            atom(0x03F3, struct.pack("<IIIII", number, 0, 0, 250 + number, 0)) + chars(f"title {number}")
            for number in (3, 2)
        ),
    )
    notes = container(NOTES, atom(0x03F1, struct.pack("<IHH", 253, 0, 0)), text_shape("said"))
    found = look(ppt, show([container(DOCUMENT, listed), slide(text_shape("in 2")), slide(text_shape("in 3")), notes]))

    shown = [(item.place.number, item.text) for item in found.segments if item.place.part is Part.SLIDE]
    assert shown == [(1, "title 3\nin 3"), (2, "title 2\nin 2")]
    assert [item.place.number for item in found.segments if item.place.part is Part.SPEAKER_NOTES] == [1]


def test_lists_of_masters_and_notes_have_text_of_their_own(look):
    lists = (
        atom(0x03F3, struct.pack("<IIIII", 2, 0, 0, 0, 0)) + narrow_chars("of master"),
        atom(0x03F3, struct.pack("<IIIII", 9, 0, 0, 0, 0)) + narrow_chars("of notes"),
    )
    both = [struct.pack("<HHI", 0xF | number << 4, 0x0FF0, len(text)) + text for number, text in enumerate(lists, 1)]
    document = container(DOCUMENT, *both)
    found = look(ppt, show([document, slide(text_shape("title master"))]))

    assert found.text(Part.MASTER) == "of master"
    assert found.text(Part.MASTER, "master") == "title master"
    assert found.text(Part.SPEAKER_NOTES) == "of notes"


def test_paragraphs_and_breaks_are_lines(read):
    assert read(ppt, show([ONE, slide(text_shape("a\rb\x0bc"))])).texts["slide 1"] == "a\nb\nc"


def test_header_placeholders_are_headers(read):
    head = container(0xF011, atom(0x0BC3, struct.pack("<iBBH", 0, 10, 0, 0)))
    drawn = slide(text_shape("head", head), text_shape("plain"))
    found = read(ppt, show([ONE, drawn])).texts

    assert found["header"] == "head"
    assert found["slide 1"] == "plain"


def test_a_comment_is_numbered_and_its_author_named(read):
    notes = [container(0x2EE0, string("Ann"), string(text, 1), string("A", 2)) for text in ("one", "two")]
    found = read(ppt, show([ONE, slide(tag("___PPT10", *notes))])).texts

    assert found["comment 1"] == "one"
    assert found["comment 2"] == "two"
    assert found['metadata "author"'].splitlines() == ["Ann", "A", "Ann", "A"]


def test_what_an_earlier_edit_shares_with_the_last_is_not_said_twice(read):
    before = [slide(text_shape("same")), slide(text_shape("gone")), slide(text_shape("gone"))]
    found = read(ppt, show([ONE, slide(text_shape("same"))], before)).texts

    assert found["slide 1"] == "same"
    assert found['deleted text "earlier edit"'] == "gone"


def test_edits_are_followed_back(read):
    old, first = stream([ONE, slide(text_shape("one"))])
    place = len(old)
    data = old + slide(text_shape("two"))
    directory = len(data)
    data += atom(0x1772, struct.pack("<II", 1 << 20 | 2, place))
    edit = len(data)
    data += atom(0x0FF5, struct.pack("<IHBBIIIIHH", 0, 0, 0, 3, first, directory, 1, 3, 0, 0))
    found = read(ppt, compound({"Current User": user(edit), "PowerPoint Document": data})).texts

    assert found["slide 1"] == "two"
    assert found['deleted text "earlier edit"'] == "one"


def test_edits_that_refer_to_each_other_in_a_circle_end(read):
    old, first = stream([ONE, slide(text_shape("one"))])
    data = bytearray(old)
    struct.pack_into("<I", data, first + 16, first)

    assert read(ppt, compound({"PowerPoint Document": bytes(data)})).texts["slide 1"] == "one"


def test_the_last_edit_is_found_without_the_stream_that_names_it(read):
    data, _ = stream([ONE, slide(text_shape("now"))], [slide(text_shape("then"))])

    assert "deleted" in " ".join(read(ppt, compound({"PowerPoint Document": data})).texts)


def test_directories_that_lie_about_their_size_are_not_followed_beyond_the_bytes(read):
    data, edit = stream([ONE, slide(text_shape("one"))])
    lying = data[: edit - 12] + struct.pack("<I", 0xFFF << 20 | 1) + data[edit - 8 :]

    assert "one" in read(ppt, compound({"Current User": user(edit), "PowerPoint Document": lying})).all


def test_embedded_files_are_unpacked(read):
    packed = atom(STORAGE, struct.pack("<I", 5) + zlib.compress(b"bytes"), 1)
    torn = atom(STORAGE, struct.pack("<I", 9000) + zlib.compress(random.Random(1).randbytes(9000))[:-2000], 1)  # noqa: S311 - what cannot be compressed
    unsummed = atom(STORAGE, struct.pack("<I", 5) + zlib.compress(b"bytes")[:-4], 1)
    found = read(ppt, show([ONE, slide(), packed, torn, atom(STORAGE, b"plain"), unsummed]))

    assert found.members["object 1"] == b"bytes"
    assert found.members["object 3"] == b"plain"
    assert found.members["object 4"] == b"bytes"
    assert found.reasons == ["corrupt"]


@pytest.mark.parametrize(
    "data",
    [
        show([ONE, slide(text_shape("secret")), container(0x2F14)]),
        compound({"Current User": user(0, 0xF3D1C4DF), "PowerPoint Document": slide(text_shape("secret"))}),
    ],
)
def test_an_encrypted_presentation_is_undetermined_not_clean(read, data):
    found = read(ppt, data)

    assert found.reasons == ["encrypted"]
    assert "secret" not in found.all


def test_an_edit_that_names_a_key_is_encrypted(read):
    edit = atom(0x0FF5, bytes(32))

    assert read(ppt, compound({"PowerPoint Document": slide() + edit})).reasons == ["encrypted"]


def test_a_presentation_of_powerpoint_95_is_unsupported_but_looked_through(read):
    found = read(ppt, compound({"PP40": b"\1\2words of old\0"}))

    assert found.reasons == ["unsupported"]
    assert "words of old" in found.texts["bytes"]


@pytest.mark.parametrize("data", [b"", b"no compound file", compound({"Other": b"x"})])
def test_what_is_no_presentation_is_a_problem(read, data):
    assert read(ppt, data).reasons == ["corrupt"]


def test_a_stream_cut_short_says_so_and_keeps_what_came_before(read):
    data, _ = stream([ONE, slide(text_shape("kept")), slide(text_shape("lost"))])
    found = read(ppt, compound({"PowerPoint Document": data[:-120]}))

    assert found.reasons == ["corrupt"]
    assert "kept" in found.all


def test_junk_behind_the_records_is_looked_through(read):
    found = read(ppt, compound({"PowerPoint Document": slide(text_shape("one")) + b"\0\0\0\0\0\0\0\0left behind"}))

    assert "left behind" in found.texts["bytes"]
    assert found.reasons == ["corrupt"]
    assert not read(ppt, compound({"PowerPoint Document": slide(text_shape("one")) + bytes(100)})).problems


def test_a_record_that_is_longer_than_what_it_stands_in_is_damage(read):
    text = struct.pack("<HHI", 0, 0x0FA0, 9999) + "in it".encode("utf-16-le")
    found = read(ppt, show([ONE, container(0x03EE, text)]))

    assert found.texts["slide 1"] == "in it"
    assert found.reasons == ["corrupt"]


def test_records_nested_without_end_are_walked_in_time(read):
    inner = text_shape("deep")
    for _ in range(300):
        inner = container(0xF003, inner)
    found = read(ppt, show([ONE, slide(inner)]))

    assert found.reasons == ["too_deep"]


def test_placeholders_lists_and_information_may_be_cut_short(read):
    broken = container(DOCUMENT, atom(0x03E9, b"\1"), container(0x0FF0, atom(0x03F3, b"\1")), atom(0x03F3, bytes(20)))
    short = container(0x03EE, *[atom(0x0BBB, b"")] * 80, atom(0x03F9, b"\1"), atom(0x0BC3, b"\1"))
    named = container(NOTES, atom(0x03F1, b"\1"), text_shape("notes"))
    unnamed = container(NOTES, text_shape("more"))
    found = read(ppt, show([broken, short, named, unnamed]))

    assert found.texts["speaker notes"] == "notes\nmore"


def test_information_of_a_slide_far_inside_is_not_looked_for(read):
    late = container(0x03EE, *[atom(0x0BBB, b"")] * 80, text_shape("shown"))

    assert read(ppt, show([ONE, late])).texts["slide 1"] == "shown"


def test_data_of_other_programs_is_looked_through(look):
    vendor = container(0x1388, container(0x138A, string("VENDOR"), atom(0x138B, b"\1\2theirs\3")))
    found = look(ppt, show([container(DOCUMENT, slide_list(1), vendor), slide()]))

    assert found.text(Part.METADATA, "tag") == "VENDOR\ntheirs"


def test_masters_are_masters(look):
    found = look(ppt, show([ONE, slide(), container(MASTER, text_shape("on every slide")), container(0x0FC9, shape())]))

    assert found.text(Part.MASTER, "master") == "on every slide"


def test_objects_of_unknown_kinds_are_walked(look):
    assert look(ppt, show([ONE, slide(), container(0x0FFF, chars("words"))])).text(Part.METADATA, "other") == "words"


def test_much_text_is_handed_on_bit_by_bit_and_stops_at_the_limit(look, read):
    data = show([ONE, slide(*[chars("x" * 200_000)] * 30)])

    assert len(look(ppt, data).segments) > 1
    with pytest.raises(LimitReachedError):
        read(ppt, data, limits=Limits(text=1_000_000))


def test_streams_that_cannot_be_read_are_said_to_be_missing(look, monkeypatch):
    def refuse(*_):
        raise UnreadableError(Reason.CORRUPT, "a stream is missing")

    data = show([ONE])
    monkeypatch.setattr(Compound, "read", refuse)

    assert look(ppt, data).reasons == [Reason.CORRUPT]
    assert Reason.CORRUPT in look(ppt, compound({"PP40": b"x"})).reasons


def test_directories_that_overlap_take_no_longer_than_the_file_is_large(read):
    listed = atom(0x1772, struct.pack("<I", 0xFFF << 20) * 20_000)
    edits = b""
    start = len(listed)
    for number in range(500):
        before = start + 36 * (number - 1) if number else 0
        edits += atom(0x0FF5, struct.pack("<IHBBIIIIHH", 0, 0, 0, 3, before, 0, 1, 3, 0, 0))
    begun = time.process_time()
    read(ppt, compound({"PowerPoint Document": listed + edits}))

    assert time.process_time() - begun < 2


def test_damage_of_any_kind_is_survived(look):
    chance = random.Random(3)  # noqa: S311 - the same damage every time
    notes = tag("___PPT10", container(0x2EE0, string("Ann"), string("text", 1)))
    data, edit = stream([container(DOCUMENT, slide_list(2)), slide(text_shape("a"), notes), slide(text_shape("b"))])
    for _ in range(200):
        damaged = bytearray(data)
        for _ in range(chance.choice((1, 4, 16))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        whole = bytes(damaged[: chance.randrange(20, len(damaged) + 1)])
        look(ppt, compound({"Current User": user(edit), "PowerPoint Document": whole}))
    for size in range(0, len(GOLDEN), 9973):
        look(ppt, GOLDEN[:size])
