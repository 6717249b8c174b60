from scanner.extract import vsdx

V = "application/vnd.ms-visio."
RELATION = "http://schemas.microsoft.com/visio/2010/relationships/page"


def _page(number, name, link, *, background=0):
    return f'<Page ID="{number}" Name="{name}" Background="{background}"><Rel r:id="{link}"/></Page>'


def drawing(page="<PageContents/>", more=None):
    parts = {
        "visio/document.xml": (f"{V}drawing.main+xml", "<VisioDocument/>"),
        "visio/pages/pages.xml": (
            f"{V}pages+xml",
            f"<Pages>{_page(0, 'Front', 'r2')}{_page(1, 'Frame', 'r1', background=1)}</Pages>",
        ),
        "visio/pages/page1.xml": (
            f"{V}page+xml",
            "<PageContents><Shape ID='1'><Text>behind</Text></Shape></PageContents>",
        ),
        "visio/pages/page2.xml": (f"{V}page+xml", page),
    }
    return parts | (more or {})


LINKS = {"visio/pages/pages.xml": [("r1", RELATION, "page1.xml"), ("r2", RELATION, "page2.xml")]}


def test_pages_are_numbered_as_shown_and_backgrounds_are_masters(package, read):
    page = "<PageContents><Shape ID='1'><Text>SEC<cp IX='0'/>RET\nnext</Text></Shape></PageContents>"
    found = read(vsdx, package(drawing(page), LINKS))

    assert found.texts["page 1"] == "SECRET\nnext"
    assert found.texts['slide master "Frame" page 2'] == "behind"
    assert found.texts['metadata "name"'] == "Front\nFrame"
    assert not found.problems


def test_the_words_in_cells_are_read_once_and_figures_are_not(package, read):
    cells = (
        '<Cell N="Value" V="Serial"/><Cell N="Label" V="Serial"/><Cell N="Width" V="1.5"/><Cell N="Font" V="Themed"/>'
        '<Trigger N="T" F="OPENTEXTWIN(&quot;x&quot;)"/>'
    )
    page = f'<PageContents><Shape ID="1" Name="Depot">{cells}</Shape></PageContents>'
    found = read(vsdx, package(drawing(page), LINKS)).texts

    assert found['metadata "shape data" page 1'] == "Serial"
    assert found['metadata "formula" page 1'] == 'OPENTEXTWIN("x")'
    assert found['metadata "name" page 1'] == "Depot"


def test_masters_comments_headers_and_data_stand_where_they_are(package, read):
    more = {
        "visio/document.xml": (
            f"{V}drawing.main+xml",
            "<VisioDocument><HeaderFooter><HeaderLeft>top</HeaderLeft><FooterRight>end</FooterRight></HeaderFooter></VisioDocument>",
        ),
        "visio/masters/master1.xml": (
            f"{V}master+xml",
            "<MasterContents><Shape><Text>stamp</Text></Shape></MasterContents>",
        ),
        "visio/comments.xml": (f"{V}comments+xml", "<Comments><CommentEntry>why</CommentEntry></Comments>"),
        "visio/data/recordset1.xml": (f"{V}recordset+xml", '<RecordsetData><row c0="field"/></RecordsetData>'),
        "docProps/core.xml": (
            "application/vnd.openxmlformats-package.core-properties+xml",
            "<coreProperties><title>plan</title></coreProperties>",
        ),
    }
    found = read(vsdx, package(drawing(more=more), LINKS)).texts

    assert found["header"] == "top"
    assert found["footer"] == "end"
    assert found["slide master 1"] == "stamp"
    assert found["comment"] == "why"
    assert found['metadata "recordset"'] == "c0=field"
    assert found['property "title"'] == "plan"


def test_a_text_without_end_is_handed_on_in_pieces(package, read):
    page = f"<PageContents><Shape><Text>{'x' * 3_000_000}</Text></Shape></PageContents>"

    assert read(vsdx, package(drawing(page), LINKS)).all.count("x") >= 3_000_000


def test_a_page_that_breaks_off_is_a_problem_and_what_came_before_is_kept(package, read):
    parts = drawing() | {"visio/pages/page2.xml": (f"{V}page+xml", b"<PageContents><Shape><Text>half")}
    found = read(vsdx, package(parts, LINKS))

    assert found.texts["page 1"] == "half"
    assert found.reasons == ["corrupt"]
