import pikepdf
import pypdfium2
import pytest

from bench.hiding._pdf import appended, changed, drawn, form, noted, stream, written
from scanner.extract import pdf
from scanner.extract._budget import Budget
from scanner.extract._pdf import document as _pdf_document
from scanner.extract._pdf import pages as _pdf_pages
from scanner.extract._pdf import revisions as _pdf_revisions
from scanner.extract._pdf import unused as _pdf_unused
from scanner.extract._pdf.document import Document
from scanner.extract._pdf.letters import spelled_out
from scanner.extract._pdf.pages import Known
from scanner.extract._pdf.repair import repaired
from scanner.extract._pdf.scan import scanned
from scanner.extract._pdf.update import updated
from scanner.model.document import Blob
from scanner.model.limits import DEFAULT_LIMITS
from scanner.model.place import Place

T = "SECRET//NOFORN"
FONT = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def page(content, more=None, attributes="", resources=""):
    """Write a page with a content stream; objects from 10 on are the test's own."""
    data = content if isinstance(content, bytes) else content.encode("latin-1")
    objects = {
        1: "<</Type/Catalog/Pages 2 0 R>>",
        2: "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 5 0 R{attributes}"
        f"/Resources<</Font<</F1 4 0 R>>{resources}>>>>",
        4: FONT,
        5: stream(data),
    }
    return written(objects | (more or {}))


def at(x, y, words, size=12):
    return f"BT /F1 {size} Tf {x} {y} Td ({words}) Tj ET "


BODY = at(72, 500, "The minutes of the meeting, as agreed upon by all that were there.")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Class: S E C R E T here", ["SECRET"]),
        ("T O P S E C R E T", ["TOPSECRET"]),
        ("a page\nS\nE\nC\nR\nE\nT\nof text", ["SECRET"]),
        ("H e re i s so me te xt", ["Hereissomete", "Hereissometext"][1:]),
        ("SSEECCRREETT it is", ["SECRET"]),
        ("this is so as to be in it", []),
        ("1 2 3 4 5 6", []),
        ("-------- ........", []),
        ("e = m c . . . .", []),
    ],
)
def test_words_that_are_spelled_out_are_put_together(text, words):
    found = list(spelled_out(text))

    assert [word for word in words if word in found] == words
    assert bool(found) is bool(words)


def test_a_word_divided_between_two_lines_is_read_both_ways(read):
    found = read(pdf, page(at(72, 500, "the minutes are confi-") + at(72, 486, "dential until then"))).texts

    assert found["page 1"] == "the minutes are confi-dential until then"
    assert found['metadata "hyphens taken out" page 1'] == "the minutes are confidential until then"


def test_letters_placed_one_by_one_are_a_word_in_any_direction(read):
    word = "LIVINGLAW"
    rows = {
        "right": "".join(at(72 + 9 * i, 400, c) for i, c in enumerate(word)),
        "left": "".join(at(72 + 9 * i, 400, word[i]) for i in reversed(range(len(word)))),
        "down": "".join(at(72 + 4 * i, 400 - 30 * i, c) for i, c in enumerate(word)),
    }
    for content in rows.values():
        found = read(pdf, page(BODY + at(72, 450, "a") + at(90, 450, "bc") + content))

        assert word in found.texts['body "letters set apart" page 1']


def test_short_texts_in_even_steps_are_no_letters(read):
    numbers = "".join(at(72 + 40 * i, 400, str(10 + i)) for i in range(6))

    assert list(read(pdf, page(BODY + numbers)).texts) == ["page 1"]


def test_headers_and_footers_by_their_marks_are_told_once(read):
    header = "/Artifact <</Type/Pagination/Subtype/Header>> BDC " + at(72, 780, T) + " EMC "
    header += "/Artifact BMC " + at(300, 780, "Page") + at(340, 781, "one") + "EMC "
    footer = "/Artifact BMC " + at(72, 20, "Footer") + " 0 0 m 9 9 l S EMC "
    loose = "/Artifact BMC " + at(72, 300, "layout") + "EMC "
    data = page(header + BODY + footer + loose).replace(b"Kids[3 0 R]/Count 1", b"Kids[3 0 R 3 0 R]/Count 2")
    found = read(pdf, data).texts

    assert "page 2" in found
    assert T in found["header page 1"]
    assert "Page one" in found["header page 1"]
    assert found["footer page 1"] == "Footer"
    assert not {"header page 2", "footer page 2", "watermark page 1"} & found.keys()


def test_a_mark_says_its_content_in_other_words(read):
    content = f"/Span <</Alt({T})/E()/MCID 3>> BDC {at(72, 400, 'x')} EMC /Span <</E({T})>> BDC {at(72, 380, 'y')} EMC"

    assert read(pdf, page(BODY + content)).texts['metadata "alt text" page 1'] == T


def test_large_slanted_text_is_a_watermark_also_within_a_drawing(read):
    slanted = f"q 0.7 0.7 -0.7 0.7 200 200 cm BT /F1 48 Tf (DRAFT) Tj ET /Fm Do Q {at(72, 300, 'x', 40)}"
    more = {
        10: stream(
            b"BT /F1 48 Tf (SECRET) Tj ET",
            "/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</Font<</F1 4 0 R>>>>",
        )
    }
    found = read(pdf, page(BODY + slanted, more, resources="/XObject<</Fm 10 0 R>>"))

    assert found.texts["watermark page 1"] == "DRAFT\nSECRET"


def test_a_page_whose_font_does_not_say_its_letters_is_undetermined_not_clean(read):
    font = "<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[0.1 0 0 0.1 0 0]/FirstChar 1/LastChar 6"
    font += "/Widths[9 9 9 9 9 9]/CharProcs<</g1 10 0 R>>/Encoding<</Differences[1/g1/g2/g3/g4/g5/g6]>>/Resources<<>>>>"
    content = BODY + "BT /F2 12 Tf 72 300 Td <010203040506> Tj ET"
    data = page(content, {10: stream(b"9 0 d0"), 11: font}).replace(b"/F1 4 0 R", b"/F1 4 0 R/F2 11 0 R")
    found = read(pdf, data)

    assert "minutes" in found.texts["page 1"]
    assert found.reasons == ["unsupported"]


LETTER = (
    "{x} {y} m {x} {t} {r} {t} {r} {y} c {x} {y} l {x} {t} {r} {t} {r} {y} c {x} {y} l {x} {t} {r} {t} {r} {y} c f "
)


def test_a_page_whose_letters_are_shapes_is_undetermined_not_clean(read):
    def shapes(count):
        return "".join(
            LETTER.format(x=50 + 9 * (i % 50), y=700 - 20 * (i // 50), r=57 + 9 * (i % 50), t=709 - 20 * (i // 50))
            for i in range(count)
        )

    assert read(pdf, page(shapes(100))).problems == [("scanned_page", "drawn as shapes, no text: page 1")]
    assert read(pdf, page("0 0 m " + "1 2 3 4 5 6 c " * 1100 + "f")).reasons == ["scanned_page"]
    assert not read(pdf, page(shapes(20) + "0 0 m 500 500 l S 0 0 m " + "1 2 300 400 500 600 c " * 20 + "f")).problems
    assert not read(pdf, page(BODY + shapes(100))).problems


def test_pages_beyond_a_number_are_a_problem(monkeypatch, read):
    monkeypatch.setattr(pdf, "_MOST_PAGES", 1)
    found = read(pdf, drawn(lambda _: None, pages=3))

    assert found.problems == [("partial", "only the first 1 pages were read")]


def test_an_earlier_state_is_read_for_what_is_gone_only(read):
    data = page(at(72, 700, "stays") + at(72, 600, T))
    data = appended(data, 5, stream(at(72, 700, "stays").encode()).decode())
    data = appended(data, 5, stream(at(72, 700, "stays too").encode()).decode())
    found = read(pdf, data)

    assert found.texts["page 1"] == "stays too"
    assert found.texts['deleted text "revision 1" page 1'] == T
    assert 'deleted text "revision 2" page 1' not in found.texts
    assert not found.problems


def test_a_note_or_metadata_that_was_replaced_opens_no_earlier_state(monkeypatch):
    monkeypatch.setattr(_pdf_revisions, "Document", lambda _: pytest.fail("was opened"))
    note = "<</Type/Annot/Subtype/Text/Rect[0 0 1 1]/Length 3/Contents({})>>"
    data = appended(page(BODY, {10: note.format(T)}), 10, note.format("new"))
    data = appended(data, 3, data[data.index(b"<</Type/Page/") : data.index(b"endobj\n4 0")].decode())
    scan = scanned(data, Budget(DEFAULT_LIMITS, len(data)))

    assert scan.replaced
    assert not list(_pdf_revisions.earlier_pages(Blob(Place("x"), "", data), Budget(DEFAULT_LIMITS, 9), scan, Known()))


def test_many_earlier_states_are_a_problem(monkeypatch, read):
    data = page(at(72, 700, "0"))
    for number in range(5):
        data = appended(data, 5, stream(at(72, 700, f"state {number}").encode()).decode())
    monkeypatch.setattr(_pdf_revisions, "_MOST_STATES", 2)
    found = read(pdf, data)

    assert found.reasons == ["partial"]
    assert {"state 3", "state 2"} == {text for key, text in found.texts.items() if "revision" in key}

    monkeypatch.setattr(_pdf_revisions, "_MOST_STATES", 20)
    monkeypatch.setattr(_pdf_revisions, "_MOST_PAGES", 1)
    assert read(pdf, data).reasons == ["partial"]


def test_an_earlier_state_that_cannot_be_opened_is_passed_over(read):
    data = b"%PDF-1.7\n5 0 obj[(x)]endobj\n%%EOF\n" + page(BODY)

    assert not read(pdf, data).problems


def test_drawings_no_page_has_are_read_and_those_a_page_has_are_not_told_again(read):
    def change(document):
        noted(document, "Stamp", F=2, AP={"/N": form(document, T)})

    found = read(pdf, changed(change))

    assert found.texts['hidden text "not drawn on any page"'] == T
    used = {10: stream(at(5, 5, T).encode(), "/Type/XObject/Subtype/Form/BBox[0 0 600 800]")}
    assert T in read(pdf, page(BODY + "/Fm Do", used, resources="/XObject<</Fm 10 0 R>>")).texts["page 1"]
    assert len(read(pdf, page(BODY + "/Fm Do", used, resources="/XObject<</Fm 10 0 R>>")).texts) == 1


@pytest.mark.parametrize("packed", [False, True])
def test_contents_no_page_has_are_read_with_the_fonts_of_the_file(packed, read):
    lost = at(72, 500, T)
    data = page(BODY, {10: stream(lost.encode()), 11: stream(b"BT (x) Tj ET")})
    if packed:
        data = data.replace(b"/Font<</F1 4 0 R>>", b"/Font 12 0 R      ").replace(b"xref\n", b"xref\n", 1)
        data = data[: data.index(b"xref\n")] + b"12 0 obj<</F1 4 0 R>>endobj\ntrailer<</Root 1 0 R>>"
    found = read(pdf, data)

    assert found.texts['hidden text "not drawn on any page"'] == T


def test_contents_no_page_has_in_an_encrypted_file_are_read_as_plain_characters(monkeypatch, read):
    monkeypatch.setattr(_pdf_unused, "_LARGEST", 10)
    found = read(pdf, page(BODY, {10: stream(b"BT /F1 9 Tf [(SEC) -20 (RET)] TJ T* (TWO) ' ET")}))

    assert found.texts['hidden text "not drawn on any page"'] == "SECRET\nTWO"


def test_a_drawing_that_was_replaced_is_read(read):
    def drawing(words):
        return stream(f"BT /F1 12 Tf ({words}) Tj ET".encode(), "/Type/XObject/Subtype/Form/BBox[0 0 99 99]")

    data = page(BODY, {10: drawing(T)})
    found = read(pdf, appended(data, 10, drawing("new one").decode()))

    assert set(found.texts['hidden text "not drawn on any page"'].split("\n")) == {T, "new one"}


def test_many_drawings_are_a_problem(monkeypatch, read):
    monkeypatch.setattr(_pdf_unused, "_MOST_DRAWINGS", 1)
    monkeypatch.setattr(_pdf_unused, "_MOST_READ", 1)
    more = {n: stream(at(9, 9, f"word{n}").encode(), "/Subtype/Form/BBox[0 0 99 99]") for n in (10, 11)}
    more[12] = stream(b"x", "/Subtype/Form/Filter/NoSuch")

    assert read(pdf, page(BODY, more)).reasons == ["partial"]


@pytest.mark.parametrize("mode", [pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate])
@pytest.mark.parametrize("tail", [b"", b"startxref 5 "])
def test_an_update_is_of_the_kind_of_the_file(mode, tail):
    data = changed(lambda _: None, object_stream_mode=mode) + tail
    document = pypdfium2.PdfDocument(updated(data, 50, [b"", b"/Contents 51 0 R"], [stream(b"")]))

    assert len(document) == 2
    document.close()


def test_an_update_that_cannot_be_opened_or_has_a_broken_page_gives_nothing(monkeypatch):
    assert list(_pdf_unused._texts(b"%PDF-1.7")) == []
    document = Document(page(BODY))

    assert _pdf_pages.text_at(document, 1) == ""
    monkeypatch.setattr(_pdf_document.quick, "load_text", lambda _: 0)
    assert _pdf_pages.text_at(document, 0) == ""
    document.close()


def test_what_is_known_is_not_told_again():
    known = Known()
    known.add("one\nthe second line\n")

    assert known.unknown("one\nsecond\n \nnew") == "new"
    known.searched = 1 << 40
    assert known.unknown("one\nsecond") == "second"
    known.searched = 0
    known.size = 1 << 30
    known.add("not kept")
    assert known.unknown("kept\nnot kept") == "kept"


def test_pages_in_object_streams_are_repaired(read):
    data = changed(
        lambda _: None, drawn(lambda c: c.drawString(72, 500, T)), object_stream_mode=pikepdf.ObjectStreamMode.generate
    )
    cut = data[: data.rindex(b"/Type /XRef") - 20]
    found = read(pdf, cut)

    assert T in found.texts["page 1"]
    assert "partial" in found.reasons


def test_a_repair_takes_only_so_much(monkeypatch):
    budget = Budget(DEFAULT_LIMITS, 1000)

    assert repaired(page(BODY), budget) is not None
    assert repaired(b"1 0 obj 5 endobj", budget) is None
    monkeypatch.setattr("scanner.extract._pdf.repair._MOST_OBJECTS", 1)
    assert repaired(page(BODY), budget) is None


def test_what_stands_around_the_file_is_read(read):
    inner = page(at(72, 500, T))

    assert read(pdf, b"Top secret junk\n" + page(BODY)).texts['metadata "before the header"'] == "Top secret junk"
    assert read(pdf, page(BODY) + inner).members == {"appended": inner}
    assert read(pdf, page(BODY) + b"\n\x01\x02plain words").texts['metadata "appended"'] == "plain words"
    assert not read(pdf, page(BODY) + b"\n\n\0\0").problems


def test_an_update_that_breaks_off_is_undetermined_not_clean(read):
    data = page(BODY) + b"10 0 obj<</Contents(" + b"x" * 5000

    assert "partial" in read(pdf, data).reasons
