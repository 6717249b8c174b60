"""Real files with labels in them, and the whole pipeline to look at them."""

import io
import zipfile

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part as DocxPart

from scanner.model.finding import Finding
from scanner.model.label_name import LabelName
from scanner.model.limits import Limits
from scanner.pipeline import assemble
from scanner.resources import rule_sources

_SITES = "http://schemas.openxmlformats.org/officeDocument/2006/"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_BODY = "Minutes of the meeting\nThe roof of the hall is to be mended before winter."


@pytest.fixture(scope="session")
def schemes():
    """Return the marking schemes alone: no test here is about YARA rules."""
    return [source for source in rule_sources() if source.name.endswith(".toml")]


@pytest.fixture(scope="session")
def plain(schemes):
    return assemble(schemes, Limits(), key=b"k")


@pytest.fixture
def look(plain, schemes):
    """Return a function that gives the findings about a file; `names` are configured as `(system, id, name)`."""

    def look(name: str, data: bytes, *names: tuple[str, str, str]) -> list[Finding]:
        known = [LabelName(*one) for one in names]
        pipeline = assemble(schemes, Limits(), key=b"k", labels=known) if known else plain
        return [item for item in pipeline.examine(name, data) if isinstance(item, Finding)]

    return look


@pytest.fixture
def docx():
    """Return a function that makes a Word document with custom properties and further parts."""

    def docx(properties=(), parts=()) -> bytes:
        document = Document()
        for line in _BODY.split("\n"):
            document.add_paragraph(line)
        package = document.part.package
        if properties:
            xml = "".join(
                f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name="{name}">'
                f"<vt:lpwstr>{value}</vt:lpwstr></property>"
                for number, (name, value) in enumerate(properties, 2)
            )
            xml = (
                '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
                f'<Properties xmlns="{_SITES}custom-properties" xmlns:vt="{_SITES}docPropsVTypes">{xml}</Properties>'
            )
            part = DocxPart(PackURI("/docProps/custom.xml"), _CUSTOM_TYPE, xml.encode(), package)
            package.relate_to(part, f"{_SITES}relationships/custom-properties")
        for name, type_, relation, data in parts:
            owner = document.part if relation == RELATIONSHIP_TYPE.CUSTOM_XML else package
            owner.relate_to(DocxPart(PackURI(name), type_, data, package), relation)
        stream = io.BytesIO()
        document.save(stream)
        return stream.getvalue()

    return docx


@pytest.fixture
def custom_xml():
    """Return a function that describes a custom part in XML of a document."""

    def custom_xml(data: bytes):
        return "/customXml/item7.xml", "application/xml", RELATIONSHIP_TYPE.CUSTOM_XML, data

    return custom_xml


@pytest.fixture
def mail():
    """Return a function that makes a mail with more header fields."""

    def mail(*fields: str, subject="Roof of the hall", body=_BODY) -> bytes:
        lines = ["From: a@example.com", "To: b@example.com", f"Subject: {subject}", *fields, "MIME-Version: 1.0"]
        return "\r\n".join([*lines, "", body.replace("\n", "\r\n"), ""]).encode("utf-8")

    return mail


@pytest.fixture
def odt():
    """Return a function that makes an OpenDocument text with custom properties."""

    def odt(properties) -> bytes:
        spaces = " ".join(
            f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "meta", "text")
        )
        meta = "".join(f'<meta:user-defined meta:name="{key}">{value}</meta:user-defined>' for key, value in properties)
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
            archive.writestr(
                "content.xml",
                f"<office:document-content {spaces}><office:body><office:text><text:p>{_BODY}</text:p></office:text>"
                "</office:body></office:document-content>",
            )
            archive.writestr(
                "meta.xml",
                f"<office:document-meta {spaces}><office:meta>{meta}</office:meta></office:document-meta>",
            )
        return stream.getvalue()

    return odt
