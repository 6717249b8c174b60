"""NATO's confidentiality labels are found wherever they are bound to data, and read by the policy they name."""

import base64
import io
import struct

import pikepdf
import pytest

from scanner.detect.scheme import load_schemes
from scanner.model.finding import Kind, Status
from scanner.resources import rule_sources

_SLAB = "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"


def _label(policy, level, *categories, kind="originator", uri=""):
    inner = "".join(
        f'<slab:Category Type="{type_}" TagName="{tag}"><slab:GenericValue>{value}</slab:GenericValue></slab:Category>'
        for type_, tag, value in categories
    )
    attribute = f' URI="{uri}"' if uri else ""
    return (
        f'<slab:{kind}ConfidentialityLabel xmlns:slab="{_SLAB}"><slab:ConfidentialityInformation>'
        f"<slab:PolicyIdentifier{attribute}>{policy}</slab:PolicyIdentifier>"
        f"<slab:Classification>{level}</slab:Classification>{inner}</slab:ConfidentialityInformation>"
        f"<slab:CreationDateTime>2024-01-01T00:00:00Z</slab:CreationDateTime></slab:{kind}ConfidentialityLabel>"
    )


def _binding(*labels):
    metadata = "".join(f"<mb:Metadata>{label}</mb:Metadata>" for label in labels)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<mb:BindingInformation xmlns:mb="urn:nato:stanag:4778:bindinginformation:1:0"><mb:MetadataBindingContainer>'
        f'<mb:MetadataBinding>{metadata}<mb:DataReference URI="report.docx"/></mb:MetadataBinding>'
        "</mb:MetadataBindingContainer></mb:BindingInformation>"
    )


def _packet(binding):
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:mbxmp="urn:nato:stanag:4778:bindinginformation:1:0:xmp#"><rdf:Description rdf:about="">'
        f"<mbxmp:bindingInformation>{binding.partition('?>')[2].strip()}</mbxmp:bindingInformation>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def _labels(findings):
    return [(str(one.label), one.rule) for one in findings if one.kind is Kind.LABEL and one.status is Status.MARKED]


_SECRET = _binding(
    _label(
        *("NATO", "SECRET", ("RESTRICTIVE", "Special Category Designators", "ATOMAL")),
        *(("PERMISSIVE", "Releasable to", "SWE"), ("PERMISSIVE", "Context", "NATO")),
        ("INFORMATIVE", "Administrative", "STAFF"),
    )
)
_WRITTEN = ("NATO SECRET ATOMAL RELEASABLE TO SWE", "nato")


def test_a_file_beside_the_document_holds_the_whole_label(look):
    (found,) = [one for one in look("report.docx.bdo", _SECRET.encode()) if one.kind is Kind.LABEL]

    assert (str(found.label), found.rule) == _WRITTEN
    assert (str(found.place), found.evidence) == ("report.docx.bdo", "NATO SECRET ATOMAL SWE")
    assert found.reasons == ("electronic_label", "stanag_4774", "originator")


def test_it_is_read_in_two_bytes_a_character_and_in_a_packet_of_metadata(look):
    wide = _SECRET.replace("UTF-8", "UTF-16").encode("utf-16")

    assert _labels(look("a.bdo", wide)) == [_WRITTEN]
    assert _labels(look("a.xmp", _packet(_SECRET))) == [_WRITTEN]


def test_a_custom_part_of_an_office_document(look, docx, custom_xml):
    (found,) = [one for one in look("a.docx", docx(parts=[custom_xml(_SECRET.encode())])) if one.kind is Kind.LABEL]

    assert (str(found.label), found.rule) == _WRITTEN
    assert str(found.place) == "a.docx!/customXml/item7.xml"


def test_the_metadata_of_a_pdf(look):
    pdf = pikepdf.new()
    pdf.add_blank_page()
    stream = pdf.make_stream(_packet(_SECRET))
    stream.Type, stream.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
    pdf.Root.Metadata = stream
    file = io.BytesIO()
    pdf.save(file)
    (found,) = [one for one in look("a.pdf", file.getvalue()) if one.kind is Kind.LABEL]

    assert (str(found.label), str(found.place)) == (_WRITTEN[0], "a.pdf!/XMP")


def test_the_metadata_of_a_picture(look):
    packet = b"http://ns.adobe.com/xap/1.0/\0" + _packet(_SECRET)
    jpeg = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0"
    jpeg += b"\xff\xe1" + struct.pack(">H", len(packet) + 2) + packet + b"\xff\xd9"

    assert _labels(look("a.jpg", jpeg)) == [_WRITTEN]


def test_the_header_of_a_mail(look, mail):
    coded = base64.b64encode(_SECRET.encode()).decode()
    folded = "\r\n ".join(coded[at : at + 70] for at in range(0, len(coded), 70))
    kind = 'binding-type="urn:nato:stanag:4778:bindinginformation:1:0"'
    for field in (
        f"Binding-Data: {folded}",
        f"Binding-Data: {kind};\r\n {folded}",
        f"Binding-Data: {folded};\r\n {kind}",
    ):
        (found,) = [one for one in look("a.eml", mail(field)) if one.kind is Kind.LABEL]

        assert (str(found.label), found.place.title) == (_WRITTEN[0], "Binding-Data")


def test_the_parameter_of_the_header_may_be_cut_in_pieces(look, mail):
    coded = base64.b64encode(_SECRET.encode()).decode()
    size = 100
    pieces = [coded[at : at + size] for at in range(0, len(coded), size)]
    cut = ";\r\n ".join(f'binding-data-object*{number}="{piece}"' for number, piece in enumerate(pieces))
    kind = 'binding-type="urn:nato:stanag:4778:bindinginformation:1:0"'

    assert len(pieces) > 10
    for parameter in (cut, f'binding-data-object="{coded}"'):
        assert _labels(look("a.eml", mail(f"Binding-Data: {kind};\r\n {parameter}"))) == [_WRITTEN]


def test_a_category_without_a_type_restricts_unless_it_releases(look):
    inner = '<slab:Category TagName="{}"><slab:GenericValue>{}</slab:GenericValue></slab:Category>'
    more = inner.format("Releasable To", "SWE") + inner.format("Special", "ATOMAL")
    data = _label("NATO", "SECRET").replace("</slab:Classification>", f"</slab:Classification>{more}")

    assert _labels(look("a.bdo", _binding(data).encode())) == [_WRITTEN]


@pytest.mark.parametrize(
    ("policy", "level", "scheme", "label"),
    [
        ("NATO", "UNCLASSIFIED", "nato", "NATO UNCLASSIFIED"),
        ("NATO", "RESTRICTED", "nato", "NATO RESTRICTED"),
        ("NATO", "TOP SECRET", "nato", "COSMIC TOP SECRET"),
        ("NATO", "COSMIC TOP SECRET", "nato", "COSMIC TOP SECRET"),
        ("NATO", "NATO CONFIDENTIAL", "nato", "NATO CONFIDENTIAL"),
        ("NATO/EAPC", "RESTRICTED", "nato", "NATO RESTRICTED"),
        ("1.3.26.1.3.1", "CONFIDENTIAL", "nato", "NATO CONFIDENTIAL"),
        ("EU", "RESTRICTED", "eu", "RESTREINT UE/EU RESTRICTED"),
        ("GBR", "SECRET", "uk", "SECRET"),
        ("FRA", "DIFFUSION RESTREINTE", "fr", "DIFFUSION RESTREINTE"),
        ("DEU", "GEHEIM", "de", "GEHEIM"),
        ("USA", "TOP SECRET", "us", "TOP SECRET"),
    ],
)
def test_the_policy_says_whose_level_it_is(look, policy, level, scheme, label):
    assert (label, scheme) in _labels(look("a.bdo", _binding(_label(policy, level)).encode()))


_OF_NO_STATE = {"interpol", "tlp", "corporate", "corporate-legal", "cn-business", "us-distribution", "us-doe"}


def test_the_scheme_of_every_state_says_what_policies_call_it():
    schemes = load_schemes(rule_sources()).schemes

    assert {scheme.id for scheme in schemes if not scheme.policies} <= _OF_NO_STATE


def test_a_policy_may_be_a_number_only(look):
    data = _binding(_label("", "SECRET", uri="urn:oid:1.3.26.1.3.1")).encode()

    assert _labels(look("a.bdo", data)) == [("NATO SECRET", "nato")]


def test_a_word_beside_the_level_that_nobody_knows_restricts(look):
    data = _binding(_label("NATO", "SECRET", ("RESTRICTIVE", "Community", "Blue Fox"))).encode()
    (found,) = [one for one in look("a.bdo", data) if one.kind is Kind.LABEL]

    assert found.label.caveats == {"BLUE FOX"}


def test_alternative_and_later_labels_count_too(look):
    data = _binding(
        _label("NATO", "RESTRICTED"),
        _label("FRA", "DIFFUSION RESTREINTE", kind="alternative"),
        _label("NATO", "UNCLASSIFIED", kind="successor"),
    ).encode()
    found = [one for one in look("a.bdo", data) if one.kind is Kind.LABEL]

    assert [(str(one.label), one.reasons[-1]) for one in found] == [
        ("NATO RESTRICTED", "originator"),
        ("DIFFUSION RESTREINTE", "alternative"),
        ("NATO UNCLASSIFIED", "successor"),
    ]


def test_a_policy_of_a_company_means_what_the_configuration_says(look):
    data = _binding(_label("ACME", "GREEN")).encode()
    (unknown,) = [one for one in look("a.bdo", data) if one.kind is Kind.LABEL]
    (known,) = [one for one in look("a.bdo", data, ("stanag", "acme green", "Internal")) if one.kind is Kind.LABEL]

    assert (unknown.label, unknown.evidence) == (None, "ACME GREEN")
    assert str(known.label) == "Internal"


def test_broken_and_hostile_xml_ends_quietly(look):
    whole = _SECRET.encode()
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + whole.partition(b"?>")[2].strip()

    assert _labels(look("a.bdo", whole[: whole.index(b"</slab:ConfidentialityInformation>")])) == []
    assert _labels(look("a.bdo", bomb)) == [_WRITTEN]


def test_text_that_explains_a_label_is_none(look, mail):
    text = "Write <slab:PolicyIdentifier>NATO</slab:PolicyIdentifier> for the policy. See STANAG 4774.\n"

    assert look("a.txt", text.encode()) == []
    assert _labels(look("a.eml", mail(body=f"Binding-Data: see {_SLAB}"))) == []
