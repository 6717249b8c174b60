"""Pictures and shapes in old Office files: what metafiles draw, and what is kept for newer programs."""

import io
import time
import zipfile
from collections import Counter

import pytest

from bench.hiding._biff_file import atom, container
from bench.hiding._ppt_file import DOCUMENT, drawn, picture, shape, show, slide, slide_list, text_shape
from scanner.extract import ppt
from scanner.extract._ole.escher_source import source_texts
from scanner.model.document import Reason
from scanner.model.limits import Limits
from scanner.model.place import Part

ONE = container(DOCUMENT, slide_list(1))


def test_slides_with_pictures_and_no_text_are_undetermined(read):
    photo = {"Pictures": atom(0xF01D, bytes(100), 0x46A)}

    assert read(ppt, show([ONE, slide(shape())], beside=photo)).problems == [("image", "no text, but pictures: 1")]
    assert not read(ppt, show([ONE, slide(text_shape("a"))], beside=photo)).problems


@pytest.mark.parametrize(("instance", "packing"), [(0x216, 0), (0x217, 0), (0x216, 0xFE)])
def test_what_a_metafile_draws_is_read(look, instance, packing):
    found = look(ppt, show([ONE, slide()], beside={"Pictures": picture(0xF01B, instance, drawn("words"), packing)}))

    assert found.text(Part.TEXT_BOX, "picture") == "words"
    assert not found.problems


def test_metafiles_that_break_off_or_are_too_large_are_problems(read):
    torn = {"Pictures": atom(0xF01A, bytes(30), 0x3D4) + atom(0xF01B, bytes(60), 0x216)}
    large = {"Pictures": picture(0xF01B, 0x216, bytes(5000))}

    one = slide(text_shape("a"))

    assert read(ppt, show([ONE, one], beside=torn)).problems == [("corrupt", "pictures not read in full: 2")]
    assert read(ppt, show([ONE, one], beside=large), limits=Limits(member_bytes=900)).reasons == ["too_large"]


def package(*entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content, method in entries:
            archive.writestr(name, content, method)
    return buffer.getvalue()


def test_the_newer_form_of_a_shape_and_of_a_layout_is_read():
    xml = '<a:p><a:t>one &amp;</a:t><a:t xml:space="preserve"> two</a:t></a:p><a:p><m:t>x</m:t></a:p><p descr="said"/>'
    data = b"\1\2" + package(("[Content_Types].xml", "<a:t>no</a:t>", 8), ("a/b.xml", xml, 8), ("c.xml", "<a/>", 0))

    assert source_texts(data, Counter()) == ["one & two", "x", "said"]


def test_packages_cut_anywhere_or_broken_do_no_harm():
    data = package(("a.xml", "<a:t>words</a:t>" * 50, 8), ("b.xml", "<a:t>more</a:t>", 0))

    assert "more" in source_texts(data, Counter())
    for size in range(0, len(data), 7):
        source_texts(data[:size], Counter())
    assert source_texts(data[:36] + b"\xff\xff" + data[38:], Counter()) == ["more"]


def test_a_package_that_cannot_be_unpacked_is_a_problem():
    data = package(("a.xml", "<a:t>words</a:t>" * 50, 8), ("b.xml", "<a:t>more</a:t>", 0))
    unread = Counter()

    assert source_texts(data[:35] + b"\xff" * 20 + data[55:], unread) == ["more"]
    assert unread == {Reason.CORRUPT: 1}


def test_a_package_that_expands_without_measure_is_left_early():
    data = package(*[(f"{number}.xml", bytes(1 << 22), 8) for number in range(100)])
    begun = time.process_time()

    unread = Counter()
    assert source_texts(data, unread) == []
    assert unread == {Reason.TOO_LARGE: 1}
    assert time.process_time() - begun < 5


def test_a_package_of_too_many_files_is_said_to_be_read_in_part():
    unread = Counter()

    assert len(source_texts(package(*[(f"{n}.xml", f"<a:t>{n}</a:t>", 8) for n in range(65)]), unread)) == 64
    assert unread == {Reason.TOO_LARGE: 1}


def test_a_bomb_in_a_layout_is_a_problem(read):
    bomb = atom(0x041E, package(("a.xml", bytes(1 << 24), 8)))
    found = read(ppt, show([ONE, slide(text_shape("a") + bomb)]))

    detail = "shapes or layouts not read in full: 1; past 100 times the size or 64 files of one"
    assert found.problems == [("too_large", detail)]
