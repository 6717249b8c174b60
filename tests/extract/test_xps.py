import io
import zipfile

import pytest

from scanner.extract import xps
from scanner.identify import identify

KIND = "application/vnd.ms-package.xps-"
TYPES = "".join(
    f'<Default Extension="{ending}" ContentType="{KIND}{said}+xml"/>'
    for ending, said in (
        ("fdseq", "fixeddocumentsequence"),
        ("fdoc", "fixeddocument"),
        ("fpage", "fixedpage"),
        ("dict", "resourcedictionary"),
    )
)


def glyphs(text, x=10, y=20, extra=""):
    return f'<Glyphs OriginX="{x}" OriginY="{y}" FontRenderingEmSize="10" UnicodeString="{text}" {extra}/>'


def packed(*pages, order=None, more=(), types=TYPES):
    order = order or range(1, len(pages) + 1)
    contents = "".join(f'<PageContent Source="Pages/{number}.fpage"/>' for number in order)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", f"<Types>{types}</Types>")
        archive.writestr(
            "a.fdseq", '<FixedDocumentSequence><DocumentReference Source="d.fdoc"/></FixedDocumentSequence>'
        )
        archive.writestr("d.fdoc", f"<FixedDocument>{contents}</FixedDocument>")
        for number, page in enumerate(pages, 1):
            archive.writestr(f"Pages/{number}.fpage", f"<FixedPage>{page}</FixedPage>")
        for name, content in more:
            archive.writestr(name, content)
    return buffer.getvalue()


def test_it_is_told_from_other_packages():
    assert identify(packed(glyphs("x"))) == "application/vnd.ms-xpsdocument"


def test_pages_are_read_in_the_order_of_the_document(read):
    found = read(xps, packed(glyphs("second"), glyphs("first"), order=(2, 1)))

    assert found.texts["page 1"] == "first"
    assert found.texts["page 2"] == "second"
    assert not found.problems


def test_a_page_no_document_names_comes_last(read):
    assert read(xps, packed(glyphs("first"), glyphs("left"), order=(1,))).texts["page 2"] == "left"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (glyphs("one", y=20) + glyphs("two", y=40), "one\ntwo"),
        (glyphs("SEC", extra='Indices="1,60;2,60;3,60"') + glyphs("RET", x=28), "SECRET"),
        (glyphs("one", extra='Indices="1,60;2,60;3,60"') + glyphs("two", x=50), "one two"),
        (glyphs("one ") + glyphs("two", x=90), "one two"),
        (glyphs("right", x=90) + glyphs("left", x=10), "right left"),
        (glyphs("{}{braces}"), "{braces}"),
        ("<Canvas>" + glyphs("a") + "</Canvas><Canvas>" + glyphs("b", x=16) + "</Canvas>", "ab"),
        ('<Canvas RenderTransform="1,0,0,1,9,9">' + glyphs("a") + "</Canvas>" + glyphs("b", x=16), "a\nb"),
        (glyphs("机密", x=10) + glyphs("文件", x=30), "机密文件"),
        (glyphs("a", x="odd", y="odd"), "a"),
    ],
)
def test_glyphs_on_one_base_line_are_a_line(page, text, read):
    assert read(xps, packed(page)).texts["page 1"] == text


def test_words_beside_the_page_are_read(read):
    page = '<Path AutomationProperties.Name="a plan" FixedPage.NavigateUri="https://a.example"/>stray'
    found = read(xps, packed(page)).texts

    assert found['metadata "alt text" page 1'] == "a plan"
    assert found['metadata "link"'] == "https://a.example"
    assert found['metadata "other text" page 1'] == "stray"


def test_what_a_dictionary_draws_is_read(read):
    more = [("a.dict", f"<ResourceDictionary>{glyphs('drawn')}</ResourceDictionary>")]

    assert read(xps, packed("", more=more)).texts[""] == "drawn"


def test_letters_without_characters_are_a_problem(read):
    found = read(xps, packed(glyphs("", extra='Indices="5;6"') + glyphs("")))

    assert found.problems == [("partial", "letters without characters, shown by their shape: 1")]


def test_parts_are_known_by_their_names_where_nothing_says_what_they_are(read):
    assert read(xps, packed(glyphs("words"), types="")).texts["page 1"] == "words"


def test_a_line_without_end_is_handed_on_in_pieces(read):
    assert read(xps, packed(glyphs("x" * 60_000) * 4)).all.count("x") == 240_000


def test_a_truncated_document_is_a_problem_and_its_parts_are_members(read):
    data = packed(glyphs("words"))

    for size in range(0, len(data) - 1, 97):
        assert "corrupt" in read(xps, data[:size]).reasons
