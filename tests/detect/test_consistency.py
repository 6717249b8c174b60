"""Markings that disagree are told, with their labels and nothing else, and decide nothing by themselves."""

from dataclasses import replace

import pytest

from scanner.detect.consistency import Consistency
from scanner.detect.markings import MarkingDetector
from scanner.detect.scheme import load_schemes
from scanner.judge import judge
from scanner.model.document import Blob, Document, Segment
from scanner.model.finding import Finding, Kind, Role, Severity, Status
from scanner.model.limits import DEFAULT_LIMITS
from scanner.model.place import Part, Place
from scanner.model.verdict import Outcome
from scanner.model.zone import Zone
from scanner.pipeline import assemble
from scanner.resources import rule_sources

_SCHEMES = load_schemes(rule_sources())
_PROSE = "The committee met on Monday and spoke of the plan for the coming year."


@pytest.fixture(scope="module")
def detector():
    return MarkingDetector(_SCHEMES)


@pytest.fixture
def compare(detector):
    """Detect and compare; return what disagrees, as the name of it and the labels."""

    def compare(*segments, labels=()):
        found = [*detector.detect(Blob(Place("a"), "text/plain", b""), segments), *labels]
        return [(item.reasons[1], item.evidence) for item in Consistency(_SCHEMES).compare(found)]

    return compare


def _pages(*texts):
    return [Segment(Place("a.pdf", page=number), text) for number, text in enumerate(texts, 1)]


def _page(banner, *portions, foot=None):
    body = "\n\n".join(f"{portion} {_PROSE}" for portion in portions) or _PROSE
    return f"{banner}\n\n{body}\n\n{banner if foot is None else foot}\n"


def _label(text):
    label = _SCHEMES.read(text)
    return Finding(Kind.LABEL, label.scheme, Place("a", part=Part.PROPERTY), label, confidence=0.99)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (_page("SECRET//NOFORN", "(S//NF)", "(U)", "(C//NF)"), []),
        (
            _page("CONFIDENTIAL//NOFORN", "(S//NF)", "(U)"),
            [("banner_below_portion", "CONFIDENTIAL//NOFORN and SECRET//NOFORN")],
        ),
        (
            _page("SECRET//SI//NOFORN", "(S//SI/TK//NF)", "(U)"),
            [("banner_lacks_compartment", "SECRET//SI//NOFORN and SECRET//SI/TK//NOFORN")],
        ),
        (_page("TOP SECRET//SI-G//ORCON/NOFORN", "(TS//SI//NF)", "(U)"), []),
        (
            _page("SECRET//NOFORN", "(S//OC/NF)", "(U)"),
            [("banner_lacks_caveat", "SECRET//NOFORN and SECRET//ORCON/NOFORN")],
        ),
        (
            _page("SECRET//REL TO USA, FVEY", "(S//REL TO USA, GBR)", "(U)"),
            [("banner_released_wider", "SECRET//REL TO USA, FVEY and SECRET//REL TO USA, GBR")],
        ),
        (_page("SECRET//REL TO USA, GBR", "(S//REL TO USA, FVEY)", "(U)"), []),
        (_page("CONFIDENTIAL", "(U//FOUO)", "(C)"), []),
        (
            f"Report\n\n(S//NF) {_PROSE}\n\n(C//NF) {_PROSE}\n\n(U) {_PROSE}\n",
            [("portions_without_banner", "SECRET//NOFORN")],
        ),
        (
            _page("SECRET//NOFORN//REL TO USA, GBR"),
            [("released_and_closed", "SECRET//NOFORN/REL TO USA, GBR")],
        ),
        (_page("SECRET//REL TO USA"), [("released_to_owner_alone", "SECRET//REL TO USA")]),
        (
            _page("SECRET//NOFORN", foot="SECRET//ORCON/NOFORN"),
            [("header_differs_from_footer", "SECRET//NOFORN and SECRET//ORCON/NOFORN")],
        ),
        (_page("TOP SECRET//HCS//ORCON/REL TO USA, GBR"), [
            ("hcs_without_noforn", "TOP SECRET//HCS//ORCON/REL TO USA, GBR")]),
        (_page("TOP SECRET//SI-G//NOFORN"), [("gamma_without_orcon", "TOP SECRET//SI-G//NOFORN")]),
        (_page("TOP SECRET//SI-G ABCD//ORCON/NOFORN"), []),
        (_page("TOP SECRET//SI"), [("sci_without_release_mark", "TOP SECRET//SI")]),
        (_page("UNCLASSIFIED//RD"), [("atomic_unclassified", "UNCLASSIFIED//RD")]),
        (_page("SECRET//FRD//NOFORN"), []),
        (_page("SECRET//UCNI"), [("ucni_classified", "SECRET//UCNI")]),
        (_page("CONFIDENTIAL//IMCON/NOFORN"), [("imcon_below_secret", "CONFIDENTIAL//IMCON/NOFORN")]),
        (_page("SECRET//EXDIS/NODIS"), [("nodis_with_exdis", "SECRET//EXDIS/NODIS")]),
        (_page("SECRET//NOFORN/NATO"), [("nato_with_noforn", "SECRET//NOFORN//NATO")]),
        (_page("NATO SECRET"), []),
        (_page("VS-NUR FÜR DEN DIENSTGEBRAUCH"), []),
    ],
)  # fmt: skip
def test_what_disagrees_on_a_page_is_named_with_the_labels(compare, text, wrong):
    assert compare(*_pages(text)) == wrong


def test_noforn_beside_a_marking_of_nato_is_told_across_schemes(compare):
    text = f"SECRET//NOFORN\n\n{_PROSE}\n\n{_PROSE}\n\nSECRET//NOFORN\n"

    assert compare(*_pages(text, _page("NATO SECRET"))) == [("nato_with_noforn", "SECRET//NOFORN and NATO SECRET")]
    assert compare(*_pages(text, _page("VS-VERTRAULICH"))) == []


def test_distribution_statement_a_on_a_classified_document_is_told(compare):
    statement = "DISTRIBUTION STATEMENT A. Approved for public release: distribution is unlimited."
    found = compare(*_pages(f"SECRET//NOFORN\n\n{_PROSE}\n\n{statement}\n\n{_PROSE}\n\nSECRET//NOFORN\n"))

    assert {name for name, _ in found} == {"distribution_a_classified"}
    assert compare(*_pages(f"UNCLASSIFIED\n\n{_PROSE}\n\n{statement}\n\n{_PROSE}\n\nUNCLASSIFIED\n")) == []


def test_a_header_that_differs_from_the_footer_is_told_for_parts_of_a_document(compare):
    body = Segment(Place("a.docx"), _PROSE)
    head, foot, same = (
        Segment(Place("a.docx", part=part, number=1), text)
        for part, text in (
            (Part.HEADER, "SECRET//NOFORN"),
            (Part.FOOTER, "CONFIDENTIAL//NOFORN"),
            (Part.FOOTER, "SECRET//NOFORN"),
        )
    )

    assert compare(body, head, foot) == [("header_differs_from_footer", "SECRET//NOFORN and CONFIDENTIAL//NOFORN")]
    assert compare(body, head, same) == []


def test_later_pages_with_another_banner_are_told_unless_they_are_public(compare):
    secret, other = _page("SECRET//NOFORN"), _page("TOP SECRET//SI//NOFORN")

    assert compare(*_pages(secret, secret, other)) == [
        ("first_page_differs", "SECRET//NOFORN and TOP SECRET//SI//NOFORN")
    ]
    assert compare(*_pages(secret, _page("UNCLASSIFIED"), secret)) == []


@pytest.mark.parametrize(
    ("label", "banner", "wrong"),
    [
        ("nato:NATO RESTRICTED", "NATO SECRET", [("label_below_marking", "NATO RESTRICTED and NATO SECRET")]),
        ("nato:NATO SECRET", "NATO RESTRICTED", []),
        ("nato:NATO RESTRICTED", "SECRET//NOFORN", [("label_below_marking", "NATO RESTRICTED and SECRET//NOFORN")]),
        ("corporate:Internal", "SECRET//NOFORN", [("label_below_marking", "Internal and SECRET//NOFORN")]),
        ("corporate:Confidential", "SECRET//NOFORN", []),
        ("corporate:Public", "TLP:GREEN", []),
    ],
)
def test_an_electronic_label_below_the_visible_marking_is_told(compare, label, banner, wrong):
    assert compare(*_pages(_page(banner)), labels=[_label(label)]) == wrong


def test_a_label_that_says_secret_over_an_unmarked_text_is_no_fault(compare):
    assert compare(*_pages(_PROSE), labels=[_label("NATO SECRET")]) == []


def test_what_only_shows_markings_disagrees_with_nothing(compare):
    text = f"Examples of banner lines:\n\nSECRET//NOFORN//REL TO USA, GBR\n\n{_PROSE}\n\nTOP SECRET//SI\n\n{_PROSE}\n"

    assert compare(*_pages(text)) == []


def test_each_thing_is_told_once_and_never_without_end():
    label = _SCHEMES.read("SECRET//NOFORN//REL TO USA, GBR")
    one = Finding(Kind.MARKING, "us", Place("a"), label, role=Role.BANNER)
    many = [replace(one, label=replace(label, caveats=label.caveats | {f"X{number}"})) for number in range(50)]

    assert len(list(Consistency(_SCHEMES).compare([one, one]))) == 1
    assert len(list(Consistency(_SCHEMES).compare(many))) == 20


@pytest.fixture(scope="module")
def pipeline():
    return assemble(rule_sources(), DEFAULT_LIMITS, key=b"k" * 32)


def test_the_pipeline_compares_all_that_was_found_in_one_file(pipeline):
    text = _page("CONFIDENTIAL//NOFORN", "(S//NF)", "(U)").encode()
    items = [item for item in pipeline.examine("a.txt", text) if isinstance(item, Finding)]
    (wrong,) = (item for item in items if "inconsistent" in item.reasons)

    assert (wrong.kind, wrong.rule, wrong.label, wrong.status) == (Kind.MARKING, "us", None, Status.MARKED)
    assert (wrong.severity, wrong.title) == (Severity.LOW, "the banner is below the highest portion")
    assert wrong.reasons == ("inconsistent", "banner_below_portion")
    assert "committee" not in wrong.evidence
    assert wrong.line == 3


def test_it_is_recorded_and_makes_no_violation_and_hides_none(pipeline):
    items = pipeline.examine("a.txt", _page("SECRET//REL TO USA").encode())
    findings = [item for item in items if isinstance(item, Finding)]
    alone = [item for item in findings if "inconsistent" in item.reasons]
    everything = frozenset(Status)

    assert alone
    assert judge(Document("a"), Zone("z", violating=everything), alone, (), ()).outcome is Outcome.CLEAN
    assert judge(Document("a"), Zone("z"), findings, (), ()).outcome is Outcome.VIOLATION


def test_portions_that_are_all_public_need_no_banner(compare):
    paragraphs = "\n\n".join(f"(U//FOUO) {_PROSE} {number}" for number in range(4))
    graded = paragraphs.replace("(U//FOUO)", "(S//NF)", 1)

    assert compare(*_pages(f"Minutes\n\n{paragraphs}")) == []
    assert [name for name, _ in compare(*_pages(f"Minutes\n\n{graded}"))] == ["portions_without_banner"]
