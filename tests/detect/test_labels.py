"""Electronic labels are read from properties and mail headers, and mean what a company or a government means."""

import pytest

from scanner.detect.labels import LabelDetector
from scanner.detect.scheme import load_schemes
from scanner.model.document import Blob, Segment
from scanner.model.finding import Kind, Role, Severity, Status
from scanner.model.place import Part, Place
from scanner.resources import rule_sources

_GUID = "0a1b2c3d-0000-4111-8222-abcdefabcdef"


@pytest.fixture(scope="module")
def detector():
    return LabelDetector(load_schemes(rule_sources()))


@pytest.fixture
def find(detector):
    def find(*segments):
        return list(detector.detect(Blob(Place("a.docx"), "text/plain", b""), segments))

    return find


def _property(field, text, guid=_GUID, part=Part.PROPERTY):
    return Segment(Place("a.docx", part=part, title=f"MSIP_Label_{guid}_{field}"), text)


def test_a_label_that_is_switched_on_is_found_at_its_name(find):
    (found,) = find(_property("Enabled", "true"), _property("SiteId", "x"), _property("Name", "Highly Confidential"))

    assert (found.kind, found.role, found.rule) == (Kind.LABEL, Role.PROPERTY, "corporate")
    assert (str(found.label), found.label.level.rank, found.severity) == ("Highly Confidential", 3, Severity.HIGH)
    assert found.evidence == "Highly Confidential"
    assert found.place.title == f"MSIP_Label_{_GUID}_Name"


@pytest.mark.parametrize(
    ("name", "scheme", "label"),
    [
        ("Public", "corporate", "Public"),
        ("General", "corporate", "Internal"),
        ("Confidential", "corporate", "Confidential"),
        ("Secret", "corporate", "Secret"),
        (r"Confidential \ Microsoft Extended", "corporate", "Confidential"),
        ("Confidential - All Employees", "corporate", "Confidential"),
        ("SECRET", "us", "SECRET"),
        ("SECRET//NOFORN", "us", "SECRET//NOFORN"),
        ("OFFICIAL-SENSITIVE", "uk", "OFFICIAL-SENSITIVE"),
        ("Official-Sensitive", "uk", "OFFICIAL-SENSITIVE"),
        ("NATO Restricted", "nato", "NATO RESTRICTED"),
        ("TLP:AMBER", "tlp", "TLP:AMBER"),
        ("Official", "uk", "OFFICIAL"),
    ],
)
def test_the_name_says_what_the_label_means(find, name, scheme, label):
    (found,) = find(_property("Name", name))

    assert (found.rule, str(found.label)) == (scheme, label)


@pytest.mark.parametrize("name", ["", "Blue Team", "42"])
def test_a_label_that_nobody_knows_is_told_of_and_does_not_count(find, name):
    (found,) = find(_property("Enabled", "true"), _property("Name", name))

    assert (found.kind, found.label, found.severity, found.status) == (
        *(Kind.LABEL, None, Severity.INFO, Status.SUSPECT),
    )
    assert found.evidence == (name or _GUID)
    assert found.reasons == ("electronic_label", f"msip:{_GUID}", "unknown_label")


@pytest.mark.parametrize("switch", ["false", "False", "0"])
def test_a_label_that_is_switched_off_is_no_finding(find, switch):
    assert find(_property("Name", "Confidential"), _property("Enabled", switch)) == []


def test_two_labels_are_two_findings(find):
    found = find(_property("Name", "Public"), _property("Name", "Confidential", guid="ffffffff-0000"))

    assert [str(item.label) for item in found] == ["Public", "Confidential"]


def test_the_keys_of_a_pdf_are_read_alike(find):
    (found,) = find(_property("Name", "Confidential", part=Part.METADATA))

    assert str(found.label) == "Confidential"


def test_the_header_of_a_mail_is_taken_apart(find):
    key = f"MSIP_Label_{_GUID}"
    text = f"{key}_Enabled=True; {key}_SiteId=x;\n {key}_Name=Highly\n Confidential;"
    (found,) = find(Segment(Place("a.eml", part=Part.MAIL_HEADER, title="MSIP_Labels"), text))

    assert (str(found.label), found.evidence) == ("Highly Confidential", "Highly Confidential")


@pytest.mark.parametrize(
    "place",
    [
        Place("a", part=Part.PROPERTY, title="title"),
        Place("a", part=Part.PROPERTY),
        Place("a", title=f"MSIP_Label_{_GUID}_Name"),
    ],
)
def test_other_texts_are_no_labels(find, place):
    assert find(Segment(place, "Confidential")) == []


def test_the_label_of_a_signed_mail_is_read_by_the_mark_that_people_see(find):
    place = Place("a.p7m", part=Part.PROPERTY, number=1, title="security label")
    (found,) = find(Segment(place, "SECRET\nNATO SECRET ATOMAL"))

    assert (found.rule, str(found.label)) == ("nato", "NATO SECRET ATOMAL")
    assert found.reasons == ("electronic_label", "ess_security_label")


def test_a_field_of_boldon_james_in_mail_counts_where_it_is_a_whole_marking(find):
    header = Place("a.eml", part=Part.MAIL_HEADER, title="X-BoldonJames-Marking")
    (found,) = find(Segment(header, "OFFICIAL-SENSITIVE"))

    assert (found.rule, found.reasons[1]) == ("uk", "boldon_james")
    assert find(Segment(header, "17.3.1")) == []
