"""Attributes of the intelligence community's schema are read as the markings they stand for."""

import json

import pytest

from scanner.model.finding import Kind

_SPACE = 'xmlns:ism="urn:us:gov:ic:ism"'


def _label(look, name, data):
    (found,) = [one for one in look(name, data) if one.kind is Kind.LABEL]
    return found


@pytest.mark.parametrize(
    ("marks", "scheme", "label"),
    [
        ({"classification": "U", "ownerProducer": "USA"}, "us", "UNCLASSIFIED"),
        ({"classification": "S", "ownerProducer": "USA", "disseminationControls": "NF"}, "us", "SECRET//NOFORN"),
        (
            {
                "classification": "TS",
                "ownerProducer": "USA",
                "SCIcontrols": "SI-G TK",
                "disseminationControls": "OC NF",
            },
            *("us", "TOP SECRET//SI-G/TK//ORCON/NOFORN"),
        ),
        (
            {
                "classification": "TS",
                "ownerProducer": "USA",
                "SCIcontrols": "HCS-P SI",
                "FGIsourceOpen": "DEU",
                "disseminationControls": "OC REL",
                "releasableTo": "USA AUS GBR",
            },
            *("us", "TOP SECRET//HCS-P/SI//FGI DEU//ORCON/REL TO USA, AUS, GBR"),
        ),
        (
            {
                "classification": "S",
                "ownerProducer": "USA",
                "SARIdentifier": "BP",
                "atomicEnergyMarkings": "RD-CNWDI",
                "nonICmarkings": "XD",
                "disseminationControls": "DISPLAYONLY",
                "displayOnlyTo": "AFG",
            },
            *("us", "SECRET//SAR-BP//RD-CNWDI//DISPLAY ONLY AFG//EXDIS"),
        ),
        ({"classification": "S", "ownerProducer": "NATO", "nonUSControls": "ATOMAL"}, "nato", "NATO SECRET ATOMAL"),
        ({"classification": "S", "ownerProducer": "GBR"}, "uk", "SECRET"),
        ({"classification": "S", "ownerProducer": "USA GBR"}, "us", "SECRET//JOINT GBR USA"),
        (
            {
                "classification": "U",
                "ownerProducer": "USA",
                "cuiBasic": "PRVCY",
                "cuiSpecified": "CTI",
                "disseminationControls": "NF",
            },
            *("us-cui", "CUI//SP-CTI/PRVCY//NOFORN"),
        ),
    ],
)
def test_attributes_are_the_marking_they_stand_for(look, marks, scheme, label):
    attributes = " ".join(f'ism:{name}="{value}"' for name, value in marks.items())
    found = _label(look, "a.xml", f"<report {_SPACE} {attributes}><p>The roof</p></report>".encode())

    assert (found.rule, str(found.label)) == (scheme, label)
    assert found.reasons[:2] == ("electronic_label", "ic_ism")


def test_the_prefix_may_be_any_and_each_element_counts(look):
    data = (
        b'<d xmlns:s="urn:us:gov:ic:ism" s:classification="S" s:ownerProducer="USA"><p s:classification="TS" '
        b's:ownerProducer="USA" s:disseminationControls="NF">The roof</p></d>'
    )

    assert [str(one.label) for one in look("a.xml", data) if one.kind is Kind.LABEL] == [
        *("SECRET", "TOP SECRET//NOFORN"),
    ]


def test_a_custom_part_of_an_office_document(look, docx, custom_xml):
    data = f'<r {_SPACE} ism:classification="S" ism:ownerProducer="USA"/>'.encode()
    found = _label(look, "a.docx", docx(parts=[custom_xml(data)]))

    assert (str(found.label), str(found.place)) == ("SECRET", "a.docx!/customXml/item7.xml")


def test_the_same_names_in_json(look):
    marks = {"classification": "TS", "ownerProducer": ["USA"], "SCIcontrols": ["SI"], "disseminationControls": ["NF"]}
    for data in (marks, {"ism": marks, "body": "x"}):
        assert str(_label(look, "a.json", json.dumps(data).encode()).label) == "TOP SECRET//SI//NOFORN"


@pytest.mark.parametrize(
    "data",
    [
        b'<r classification="S" ownerProducer="USA">roof</r>',
        b'<r xmlns:x="urn:other" x:classification="S" x:ownerProducer="USA">urn:us:gov:ic:ism</r>',
        b'<r xmlns:ism="urn:us:gov:ic:ism" ism:classification="S">nobody owns it</r>',
        b'<s:schema xmlns:s="urn:x" xmlns:ism="urn:us:gov:ic:ism"><s:attribute ref="ism:classification"/></s:schema>',
    ],
)
def test_other_attributes_are_none(look, data):
    assert [one for one in look("a.xml", data) if one.kind is Kind.LABEL] == []
