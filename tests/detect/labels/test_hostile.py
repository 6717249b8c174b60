"""No label makes the detector raise or work without end."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.detect.labels import LabelDetector
from scanner.detect.scheme import load_schemes
from scanner.model.document import Blob, Segment
from scanner.model.finding import Finding
from scanner.model.label_name import LabelName
from scanner.model.place import Part, Place
from scanner.resources import rule_sources

_DETECTOR = LabelDetector(load_schemes(rule_sources()), [LabelName("msip", "x", "SECRET")])
_NAMES = (
    *("msip_labels", "MSIP_Label_0a1b2c3d_Name", "LabelInfo id", "Sensitivity", "Binding-Data", "X-Protective-Marking"),
    *("Subject", "TitusGUID", "x-titus-metadata-40", "bjDocumentSecurityLabel", "bjDocumentLabelXML", "SIO-Label"),
    *("security label", "Classification", "X-Classification", "TLP"),
)
_PIECES = (
    *("SECRET", "//NOFORN", "NS=gov.au", "SEC=", "CAVEAT=RI:", "\\,", ", ", "MSIP_Label_0a1b2c3d_", "=", ";", "{", "}"),
    *("<sisl>", '<element uid="x"/>', "marking=", '"', "Confidential", "Not ", "[SEC=PROTECTED]", "\n", " ", "eyJ"),
)
_TEXTS = st.text(max_size=40) | st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)


def _found(segments, data=b""):
    return list(_DETECTOR.detect(Blob(Place("a"), "text/plain", data), segments))


def _segment(name, text, part=Part.PROPERTY):
    return Segment(Place("a", part=part, title=name), text)


@given(
    st.lists(st.builds(_segment, st.sampled_from(_NAMES), _TEXTS, st.sampled_from([Part.PROPERTY, Part.MAIL_HEADER]))),
    st.binary(max_size=200) | st.sampled_from([b"{", b"[", b"<a "]).flatmap(lambda head: st.binary().map(head.__add__)),
)
def test_nothing_makes_it_raise(segments, data):
    assert all(isinstance(one, Finding) for one in _found(segments, data))


@pytest.mark.parametrize("name", _NAMES)
@pytest.mark.parametrize("piece", [*_PIECES, "a", "[", "<", "&amp;", "A=B,", "x ", "MSIP_Label_aaaaaaaa_"])
def test_a_field_without_end_ends(name, piece):
    text = piece * (200_000 // len(piece))
    start = time.process_time()
    for part in (Part.PROPERTY, Part.MAIL_HEADER):
        _found([_segment(name, text, part)])

    assert time.process_time() - start < 5


def test_documents_of_nothing_but_labels_end():
    mark = '<p i:classification="S" i:ownerProducer="USA" i:SCIcontrols="{}"/>'
    many = "".join(mark.format(f"X{number}") for number in range(20_000))
    wide = mark.format(" ".join(f"X{number}" for number in range(20_000)))
    label = (
        "<originatorConfidentialityLabel><Classification>S</Classification></originatorConfidentialityLabel>" * 5_000
    )
    spaces = 'xmlns:i="urn:us:gov:ic:ism" xmlns="urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"'
    start = time.process_time()
    for inner in (many, wide, label):
        assert len(_found([], f"<d {spaces}>{inner}</d>".encode())) <= 100

    assert time.process_time() - start < 20
