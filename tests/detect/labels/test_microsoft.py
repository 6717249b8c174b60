"""Purview's labels are found in every kind of file that holds them, and only where they are in force."""

import gzip
import io
import struct
from pathlib import Path

import pikepdf
import pytest
from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty

from bench.hiding._outlook import HEADERS_SET, Message, Property, outlook
from bench.hiding.ole_files import _USER, _narrow, _property_set
from scanner.extract._ole.compound import open_compound
from scanner.extract._ole.pack import PackedEntry, pack
from scanner.model.finding import Kind, Role, Severity, Status

_DATA = Path(__file__).parents[2] / "data"
_GUID = "0a1b2c3d-0000-4111-8222-abcdefabcdef"
_TENANT = "99999999-0000-4111-8222-abcdefabcdef"
_KEY = f"MSIP_Label_{_GUID}"
_NAMED = ((f"{_KEY}_Enabled", "true"), (f"{_KEY}_SiteId", _TENANT), (f"{_KEY}_Name", "Highly Confidential"))
_RELATION = "http://schemas.microsoft.com/office/2020/02/relationships/classificationlabels"
_TYPE = "application/vnd.ms-office.classificationlabels+xml"
_PLACE = f'#property "{_KEY}_Name"'


def _info(*labels: str, name: str = "/docMetadata/LabelInfo.xml"):
    space = 'xmlns:clbl="http://schemas.microsoft.com/office/2020/mipLabelMetadata"'
    inner = "".join(f"<clbl:label {label}/>" for label in labels)
    xml = f'<?xml version="1.0" encoding="utf-8" standalone="yes"?><clbl:labelList {space}>{inner}</clbl:labelList>'
    return name, _TYPE, _RELATION, xml.encode()


def _label(*, guid=_GUID, enabled="1", removed="0", tenant=_TENANT):
    return (
        f'id="{{{guid.upper()}}}" enabled="{enabled}" method="Privileged" siteId="{{{tenant}}}" contentBits="0" '
        f'removed="{removed}"'
    )


def _only(findings):
    (found,) = [one for one in findings if "electronic_label" in one.reasons]
    return found


def _is_named(found, place):
    assert (found.kind, found.status, str(found.label), found.rule) == (
        *(Kind.LABEL, Status.MARKED, "Highly Confidential", "corporate"),
    )
    assert found.reasons[:2] == ("electronic_label", f"msip:{_GUID}")
    assert str(found.place).endswith(place)


def test_properties_of_a_word_document(look, docx):
    _is_named(_only(look("a.docx", docx(_NAMED))), _PLACE)


def test_properties_of_a_workbook(look):
    book = Workbook()
    for name, value in _NAMED:
        book.custom_doc_props.append(StringProperty(name=name, value=value))
    stream = io.BytesIO()
    book.save(stream)

    _is_named(_only(look("a.xlsx", stream.getvalue())), _PLACE)


def test_properties_of_an_opendocument_text(look, odt):
    _is_named(_only(look("a.odt", odt(_NAMED))), _PLACE)


@pytest.mark.parametrize(
    "name", ["legacy-doc/document.doc", "legacy-xls/golden.xls", "legacy-ppt/golden.ppt.gz", "office/letter.doc"]
)
def test_properties_of_users_in_old_documents(look, name):
    names = struct.pack("<I", len(_NAMED))
    values = {1: (2, struct.pack("<Hxx", 1252))}
    for number, (key, value) in enumerate(_NAMED, 2):
        names += struct.pack("<II", number, len(key) + 1) + key.encode() + b"\0"
        values[number] = (30, _narrow(value, "cp1252"))
    values[0] = (-1, names)
    stream = ("\x05DocumentSummaryInformation",)
    raw = (_DATA / name).read_bytes()
    held = open_compound(gzip.decompress(raw) if name.endswith(".gz") else raw)
    kept = [PackedEntry(path, bytes(16), held.read(*path)) for path in held.streams if path != stream]
    data = pack([PackedEntry((), bytes(16), None), *kept, PackedEntry(stream, bytes(16), _property_set(_USER, values))])

    _is_named(_only(look("old", data)), _PLACE)


def test_keys_of_a_pdf_and_their_copy_in_its_metadata(look):
    pdf = pikepdf.new()
    pdf.add_blank_page()
    for name, value in _NAMED:
        pdf.docinfo[f"/{name}"] = value
    stream = io.BytesIO()
    pdf.save(stream)
    _is_named(_only(look("a.pdf", stream.getvalue())), _PLACE)

    pdf = pikepdf.new()
    pdf.add_blank_page()
    with pdf.open_metadata() as metadata:
        for name, value in _NAMED:
            metadata[f"pdfx:{name}"] = value
    stream = io.BytesIO()
    pdf.save(stream)
    _is_named(_only(look("a.pdf", stream.getvalue())), _PLACE)


def test_the_header_of_a_mail_that_was_folded_within_the_name(look, mail):
    text = f"msip_labels: {_KEY}_Enabled=True;\r\n {_KEY}_SiteId={_TENANT};\r\n {_KEY}_Name=Highly\r\n\tConfidential;"
    found = _only(look("a.eml", mail(text)))

    _is_named(found, '#mail header "msip_labels"')
    assert found.role is Role.HEADER


def test_the_named_property_of_an_outlook_message(look):
    text = ";".join(f"{name}={value}" for name, value in _NAMED)
    properties = (Property(0x001A, "IPM.Note"), Property(0, text, set=HEADERS_SET, name="msip_labels"))

    _is_named(_only(look("a.msg", outlook(Message(properties)))), '#mail header "msip_labels"')


def test_a_page_that_office_saved(look):
    inner = "".join(f'<o:{name} dt:dt="string">{value}</o:{name}>' for name, value in _NAMED)
    page = (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><!--[if gte mso 9]><xml>'
        f"<o:CustomDocumentProperties>{inner}</o:CustomDocumentProperties></xml><![endif]--></head>"
        "<body><p>The roof</p></body></html>"
    )

    _is_named(_only(look("a.html", page.encode())), _PLACE)


def test_properties_of_users_in_rich_text(look):
    inner = "".join(rf"{{\propname {name}}}\proptype30{{\staticval {value}}}" for name, value in _NAMED)

    _is_named(_only(look("a.rtf", rf"{{\rtf1\ansi{{\*\userprops {inner}}} Roof\par}}".encode())), _PLACE)


def test_properties_of_a_word_document_in_plain_xml(look):
    spaces = (
        'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:dt="uuid:C2F41010-65B3-11d1-A29F" '
        'xmlns:o="urn:schemas-microsoft-com:office:office"'
    )
    inner = "".join(f'<o:{name} dt:dt="string">{value}</o:{name}>' for name, value in _NAMED)
    xml = (
        f"<w:wordDocument {spaces}><o:CustomDocumentProperties>{inner}</o:CustomDocumentProperties>"
        "<w:body><w:p><w:r><w:t>Roof</w:t></w:r></w:p></w:body></w:wordDocument>"
    )

    _is_named(_only(look("a.xml", xml.encode())), _PLACE)


def test_the_part_is_found_by_its_relationship_wherever_it_stands(look, docx):
    data = docx(parts=[_info(_label(), name="/odd/place.xml")])
    found = _only(look("a.docx", data, ("msip", _GUID.upper(), "SECRET//NOFORN")))

    assert (str(found.label), found.status, found.rule) == ("SECRET//NOFORN", Status.MARKED, "us")
    assert str(found.place) == 'a.docx#property 1 "LabelInfo id"'
    assert found.reasons == ("electronic_label", f"msip:{_GUID}", "configured_name")


def test_a_number_that_nobody_knows_is_told_of_and_does_not_count(look, docx):
    found = _only(look("a.docx", docx(parts=[_info(_label())])))

    assert (found.kind, found.label, found.severity, found.status) == (
        *(Kind.LABEL, None, Severity.INFO, Status.SUSPECT),
    )
    assert found.evidence == _GUID


@pytest.mark.parametrize(
    ("last", "level"), [("1", "Public"), ("4", "Internal"), ("7", "Confidential"), ("a", "Highly Confidential")]
)
def test_the_labels_that_every_new_tenant_has_are_known_by_their_numbers(look, docx, last, level):
    guid = f"defa4170-0d19-0005-000{last}-bc88714345d2"

    assert str(_only(look("a.docx", docx(parts=[_info(_label(guid=guid))]))).label) == level
    assert str(_only(look("a.docx", docx([(f"{_KEY}_Name", guid)]))).label) == level


def test_the_part_takes_the_name_from_the_property_of_the_same_label(look, docx):
    found = _only(look("a.docx", docx(_NAMED, [_info(_label())])))

    assert (str(found.label), found.place.title) == ("Highly Confidential", "LabelInfo id")


@pytest.mark.parametrize("label", [_label(removed="1"), _label(enabled="0"), _label(enabled="false")])
def test_a_label_that_was_removed_is_none_even_if_a_property_keeps_it(look, docx, label):
    assert look("a.docx", docx(_NAMED, [_info(label)])) == []


def test_the_part_goes_before_properties_of_its_tenant_and_of_no_other(look, docx):
    other = "bbbbbbbb-0000-4111-8222-abcdefabcdef"
    names = [("msip", other, "Public")]
    same = look("a.docx", docx(_NAMED, [_info(_label(guid=other))]), *names)
    apart = look("a.docx", docx(_NAMED, [_info(_label(guid=other, tenant=other))]), *names)

    assert [str(one.label) for one in same] == ["Public"]
    assert [str(one.label) for one in apart] == ["Public", "Highly Confidential"]


def test_a_property_that_is_switched_off_is_none(look, docx):
    assert look("a.docx", docx([(f"{_KEY}_Enabled", "False"), *_NAMED[1:]])) == []


def test_a_name_may_be_configured_as_well_as_a_number(look, docx):
    data = docx([(f"{_KEY}_Name", "Blue Team")])

    assert str(_only(look("a.docx", data, ("msip", "blue team", "NATO SECRET"))).label) == "NATO SECRET"


def test_the_label_of_an_encrypted_document_is_read_without_its_key(look):
    entries = [
        ("EncryptionInfo", struct.pack("<HHI", 4, 4, 0x40) + b"<encryption/>"),
        ("EncryptedPackage", bytes(64)),
        ("LabelInfo", _info(_label())[3]),
    ]
    data = pack([PackedEntry((), bytes(16), None), *(PackedEntry((name,), bytes(16), raw) for name, raw in entries)])
    found = _only(look("a.docx", data, ("msip", _GUID, "Confidential")))

    assert (str(found.label), found.place.title) == ("Confidential", "LabelInfo id")


def test_the_older_property_names_the_label_itself(look, docx):
    found = _only(look("a.docx", docx([("Sensitivity", "Confidential")])))

    assert (str(found.label), found.reasons[1]) == ("Confidential", "aip_sensitivity")
    assert look("a.docx", docx([("Sensitivity", "to light")])) == []


def test_a_manual_that_shows_the_header_is_not_labelled(look, mail, docx):
    line = f"msip_labels: {_KEY}_Enabled=True; {_KEY}_Name=Highly Confidential;"
    body = f"A labelled mail has a header such as this one:\n\n{line}\n\nRead its name."

    assert look("a.eml", mail(body=body)) == []
    assert look("a.txt", body.encode()) == []
    assert look("a.docx", docx([("Comments", line)])) == []
