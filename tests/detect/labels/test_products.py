"""Labels of Titus, Boldon James and standards of mail are decoded, and read by the names companies give them."""

import base64
import json

import pytest

from scanner.model.finding import Kind, Severity, Status


def _electronic(findings):
    return [one for one in findings if "electronic_label" in one.reasons]


def _coded(**values):
    properties = [{"n": name, "vals": [{"value": value}]} for name, value in values.items()]
    metadata = {"ns": "http://www.titus.com/ns/Acme", "id": "1b75147d", "props": properties}
    return base64.b64encode(json.dumps({"CategoryLabels": "", "Metadata": metadata}).encode()).decode()


def test_properties_beside_the_number_of_titus_are_labels(look, docx):
    properties = [("TitusGUID", "1b75147d"), ("AcmeClassification", "Confidential"), ("AcmeVersion", "17 Secret")]
    (found,) = _electronic(look("a.docx", docx(properties)))

    assert (str(found.label), found.rule, found.kind) == ("Confidential", "corporate", Kind.LABEL)
    assert found.reasons == ("electronic_label", "titus:AcmeClassification")


def test_the_coded_header_of_titus_is_read(look, mail):
    coded = _coded(AcmeClassification="SECRET//NOFORN", AcmeStamp="now")
    (found,) = _electronic(look("a.eml", mail(f"x-titus-metadata-40: {coded[:60]}\r\n {coded[60:]}")))

    assert (str(found.label), found.rule) == ("SECRET//NOFORN", "us")
    assert found.place.title == "x-titus-metadata-40"


def test_a_value_of_titus_that_nobody_knows_is_told_of_until_it_is_configured(look, mail):
    data = mail("x-ctpclassification: CTP_NT", f"x-titus-metadata-40: {_coded(CTPClassification='CTP_NT')}")
    (unknown,) = _electronic(look("a.eml", data))
    (known,) = _electronic(look("a.eml", data, ("titus", "CTPClassification=ctp_nt", "Public")))

    assert (unknown.label, unknown.evidence, unknown.severity) == (None, "CTP_NT", Severity.INFO)
    assert str(known.label) == "Public"


def test_the_part_of_titus_in_an_office_document(look, docx, custom_xml):
    xml = (
        '<titus xmlns="http://schemas.titus.com/TitusProperties/"><TitusGUID xmlns="">1b75</TitusGUID>'
        f'<TitusMetadata xmlns="">{_coded(AcmeClassification="Confidential")}</TitusMetadata></titus>'
    )
    (found,) = _electronic(look("a.docx", docx(parts=[custom_xml(xml.encode())])))

    assert (str(found.label), str(found.place)) == ("Confidential", "a.docx!/customXml/item7.xml")


_SISL = (
    '&lt;?xml version="1.0" encoding="us-ascii"?&gt;&lt;sisl sislVersion="0" policy="b62b33be" '
    'xmlns="http://www.boldonjames.com/2008/01/sie/i'
).replace('"', "&quot;")
_REST = 'nternal/label"&gt;&lt;element uid="id_new_item_1" value="" /&gt;&lt;/sisl&gt;'.replace('"', "&quot;")


@pytest.mark.parametrize(
    ("shown", "scheme", "label"),
    [
        ("OFFICIAL-SENSITIVE", "uk", "OFFICIAL-SENSITIVE"),
        ("Confidential", "corporate", "Confidential"),
        ("Acme Widgets Confidential", "corporate", "Confidential"),
        ("Internal - Acme Widgets", "corporate", "Internal"),
        ("NATO RESTRICTED", "nato", "NATO RESTRICTED"),
    ],
)
def test_the_text_that_boldon_james_shows_is_the_label(look, docx, shown, scheme, label):
    (found,) = _electronic(look("a.docx", docx([("bjDocumentSecurityLabel", shown)])))

    assert (found.rule, str(found.label), found.kind) == (scheme, label, Kind.LABEL)
    assert found.reasons == ("electronic_label", "boldon_james")


def test_the_number_of_an_element_goes_before_the_text(look, docx):
    properties = [
        *(("bjDocumentLabelXML", _SISL), ("bjDocumentLabelXML-0", _REST)),
        ("bjDocumentSecurityLabel", "Confidential"),
    ]
    (found,) = _electronic(look("a.docx", docx(properties), ("boldon_james", "id_new_item_1", "SECRET")))

    assert (str(found.label), found.rule) == ("SECRET", "us")


def test_a_label_in_xml_alone_is_told_of(look, docx, custom_xml):
    (found,) = _electronic(look("a.docx", docx([("bjDocumentLabelXML", _SISL), ("bjDocumentLabelXML-0", _REST)])))
    xml = '<sisl xmlns="http://www.boldonjames.com/2008/01/sie/internal/label"><element uid="u1" value=""/></sisl>'
    (part,) = _electronic(look("a.docx", docx(parts=[custom_xml(xml.encode())]), ("boldon_james", "u1", "Internal")))

    assert (found.label, found.evidence) == (None, "id_new_item_1")
    assert str(part.label) == "Internal"


@pytest.mark.parametrize("shown", ["This item has no classification", "No Marking", "Not classified"])
def test_a_text_that_says_there_is_no_label_is_none(look, docx, shown):
    assert _electronic(look("a.docx", docx([("bjDocumentSecurityLabel", shown)]))) == []


def test_the_label_of_mail_that_rfc_7444_describes(look, mail):
    field = 'SIO-Label: marking="NATO\r\n SECRET"; fgcolor=red; bgcolor=#FFFFFF; type=":ess"; label="MQ=="'
    (found,) = _electronic(look("a.eml", mail(field)))

    assert (str(found.label), found.reasons) == ("NATO SECRET", ("electronic_label", "sio_label"))


def test_how_private_a_sender_calls_a_mail_is_only_a_hint(look, mail):
    (found,) = _electronic(look("a.eml", mail("Sensitivity: Company-Confidential")))

    assert (found.kind, found.status, str(found.label)) == (Kind.MARKING, Status.SUSPECT, "Confidential")
    for word in ("Private", "Personal", "Normal"):
        assert _electronic(look("a.eml", mail(f"Sensitivity: {word}"))) == []
