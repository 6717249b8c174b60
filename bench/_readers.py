"""The readers that are measured, each a function from a path to text: the product, and others that it does not use.

A library is imported where it is used, so that one that is not installed is missing and nothing else.
"""

import contextlib
import email
import email.policy
import functools
import importlib
import io
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench._office import odf_text

PATIENCE = 20  # seconds for one document

_OOXML = "application/vnd.openxmlformats-officedocument."
_KREUZBERG_TYPES = {
    ".pdf": "application/pdf",
    ".docx": _OOXML + "wordprocessingml.document",
    ".xlsx": _OOXML + "spreadsheetml.sheet",
    ".pptx": _OOXML + "presentationml.presentation",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".rtf": "application/rtf",
    ".eml": "message/rfc822",
    ".msg": "application/vnd.ms-outlook",
    ".html": "text/html",
}


class _Listener:
    """A detector that keeps the text it is shown."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def detect(self, _: Any, segments: Any) -> Iterator[Any]:
        """Keep the text; find nothing."""
        self.texts += [segment.text for segment in segments]
        return iter(())


def ours(path: Path) -> str:
    """Return all that the product reads, with the members."""
    pipeline, listener = _product()
    listener.texts.clear()
    for _ in pipeline.examine(path.name, path.read_bytes()):
        pass
    return "\n".join(listener.texts)


@functools.cache
def _product() -> tuple[Any, _Listener]:
    listener = _Listener()
    limits = importlib.import_module("scanner.model.limits").DEFAULT_LIMITS
    pipeline = importlib.import_module("scanner.pipeline").Pipeline(_known(), (listener,), limits)
    # As a worker does before its first document.
    warming = importlib.import_module("scanner.worker.warm")
    warming.load(pipeline)
    _ = list(warming.warm(pipeline))
    return pipeline, listener


def ours_alone(path: Path) -> str:
    """Return what the product reads in a document without its members."""
    document, extract, identify, place, limits = (
        importlib.import_module(f"scanner.{name}")
        for name in ("model.document", "extract", "identify", "model.place", "model.limits")
    )
    data = path.read_bytes()
    _product()
    known = _known()
    media_type = identify.identify(data)
    reader = known.get(media_type) or known.get(media_type.partition("/")[0] + "/*") or known["*/*"]
    blob = document.Blob(place.Place(path.name), media_type, data)
    texts: list[str] = []
    with contextlib.suppress(extract.LimitReachedError):
        texts.extend(
            item.text
            for item in reader.extract(blob, extract.Budget(limits.DEFAULT_LIMITS, len(data)))
            if isinstance(item, document.Segment)
        )
    return "\n".join(texts)


@functools.cache
def _known() -> Any:
    return importlib.import_module("scanner.extract").readers()


def _kreuzberg(path: Path) -> str:
    library = importlib.import_module("kreuzberg")
    media_type = _KREUZBERG_TYPES[path.suffix.lower()]
    config = library.ExtractionConfig(use_cache=False, disable_ocr=True)
    return str(library.extract_bytes_sync(path.read_bytes(), media_type, config).content)


def _pdfminer(path: Path) -> str:
    return str(importlib.import_module("pdfminer.high_level").extract_text(io.BytesIO(path.read_bytes())))


def _mupdf(path: Path) -> str:
    with importlib.import_module("pymupdf").open(path) as document:
        return "\n".join(page.get_text() for page in document)


def _pypdf(path: Path) -> str:
    return "\n".join(page.extract_text() for page in importlib.import_module("pypdf").PdfReader(path).pages)


def _python_docx(path: Path) -> str:
    def walk(container: Any) -> Iterator[str]:
        for block in container.iter_inner_content():
            if hasattr(block, "rows"):
                for row in block.rows:
                    for cell in row.cells:
                        yield from walk(cell)
            else:
                yield block.text

    return "\n".join(walk(importlib.import_module("docx").Document(io.BytesIO(path.read_bytes()))))


def _docx2python(path: Path) -> str:
    with importlib.import_module("docx2python").docx2python(path) as document:
        return str(document.text)


def _docx2txt(path: Path) -> str:
    return str(importlib.import_module("docx2txt").process(path))


def _mammoth(path: Path) -> str:
    with path.open("rb") as stream:
        return str(importlib.import_module("mammoth").extract_raw_text(stream).value)


def _openpyxl(path: Path) -> str:
    library = importlib.import_module("openpyxl")
    book = library.load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
    rows = (row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))
    return "\n".join("\t".join(str(value) for value in row if value is not None) for row in rows)


def _python_pptx(path: Path) -> str:
    def shapes(group: Any) -> Iterator[str]:
        for shape in group:
            if hasattr(shape, "shapes"):
                yield from shapes(shape.shapes)
            if shape.has_text_frame:
                yield shape.text_frame.text
            if getattr(shape, "has_table", False):
                yield from (cell.text for row in shape.table.rows for cell in row.cells)

    texts: list[str] = []
    for slide in importlib.import_module("pptx").Presentation(path).slides:
        texts += shapes(slide.shapes)
        if slide.has_notes_slide:
            texts += shapes(slide.notes_slide.shapes)
    return "\n".join(texts)


def _email(path: Path) -> str:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    texts: list[str] = []
    for part in message.walk():
        texts += [str(value) for value in part.values()]
        if part.get_content_maintype() == "text":
            text = part.get_content()
            texts.append(_without_tags(text) if part.get_content_subtype() == "html" else text)
    return "\n".join(texts)


def _mail_parser(path: Path) -> str:
    mail = importlib.import_module("mailparser").parse_from_bytes(path.read_bytes())
    people = (f"{name} {address}" for name, address in [*mail.from_, *mail.to, *mail.cc])
    return "\n".join([mail.subject, *people, *mail.text_plain, *map(_without_tags, mail.text_html)])


def _fast_mail_parser(path: Path) -> str:
    mail = importlib.import_module("fast_mail_parser").parse_email(path.read_bytes())
    fields = (value for values in mail.headers.values() for value in values)
    return "\n".join([mail.subject, *fields, *mail.text_plain, *map(_without_tags, mail.text_html)])


def _extract_msg(path: Path) -> str:
    with importlib.import_module("extract_msg").openMsg(path) as mail:
        texts = [mail.subject, mail.sender, mail.to, mail.cc, mail.body]
        return "\n".join(str(text) for text in texts if text)


def _oxmsg(path: Path) -> str:
    mail = importlib.import_module("oxmsg").Message.load(str(path))
    html = _without_tags(mail.html_body) if mail.html_body else ""
    people = (f"{person.name} {person.email_address}" for person in mail.recipients)
    return "\n".join([str(mail.subject or ""), str(mail.sender or ""), *people, str(mail.body or ""), html])


def _beautiful_soup(path: Path) -> str:
    return _without_tags(path.read_bytes())


def _without_tags(html: str | bytes) -> str:
    soup = importlib.import_module("bs4").BeautifulSoup(html, "html.parser")
    return str(soup.get_text("\n"))


def _selectolax(path: Path) -> str:
    tree = importlib.import_module("selectolax.lexbor").LexborHTMLParser(path.read_bytes())
    tree.strip_tags(["script", "style", "noscript", "template"])
    return str(tree.text(separator="\n"))


def _resiliparse(path: Path) -> str:
    parse = importlib.import_module("resiliparse.parse")
    data = path.read_bytes()
    text = parse.encoding.bytes_to_str(data, parse.encoding.detect_encoding(data))
    return str(importlib.import_module("resiliparse.extract.html2text").extract_plain_text(text, main_content=False))


def _striprtf(path: Path) -> str:
    return str(importlib.import_module("striprtf.striprtf").rtf_to_text(path.read_text("latin-1"), errors="ignore"))


def _xlrd(path: Path) -> str:
    book = importlib.import_module("xlrd").open_workbook(file_contents=path.read_bytes(), logfile=io.StringIO())
    rows = (sheet.row_values(number) for sheet in book.sheets() for number in range(sheet.nrows))
    return "\n".join("\t".join(str(value) for value in row) for row in rows)


def _odfpy(path: Path) -> str:
    document = importlib.import_module("odf.opendocument").load(str(path))
    return odf_text(document.xml())


def _program(*command: str) -> Callable[[Path], str]:
    def read(path: Path) -> str:
        words = [str(path) if word == "FILE" else word for word in command]
        done = subprocess.run(words, capture_output=True, stdin=subprocess.DEVNULL, check=False, timeout=PATIENCE - 2)
        return done.stdout.decode("utf-8", "replace")

    return read


READERS: dict[str, Callable[[Path], str]] = {
    "ours": ours,
    "ours alone": ours_alone,
    "antiword": _program("antiword", "-m", "UTF-8.txt", "-w", "0", "FILE"),
    "beautifulsoup4": _beautiful_soup,
    "catdoc": _program("catdoc", "-w", "-d", "utf-8", "FILE"),
    "catppt": _program("catppt", "-d", "utf-8", "FILE"),
    "docx2python": _docx2python,
    "docx2txt": _docx2txt,
    "email": _email,
    "extract-msg": _extract_msg,
    "fast-mail-parser": _fast_mail_parser,
    "kreuzberg": _kreuzberg,
    "mail-parser": _mail_parser,
    "mammoth": _mammoth,
    "mupdf": _mupdf,
    "odfpy": _odfpy,
    "openpyxl": _openpyxl,
    "pdfminer.six": _pdfminer,
    "poppler": _program("pdftotext", "-enc", "UTF-8", "FILE", "-"),
    "pypdf": _pypdf,
    "python-docx": _python_docx,
    "python-oxmsg": _oxmsg,
    "python-pptx": _python_pptx,
    "resiliparse": _resiliparse,
    "selectolax": _selectolax,
    "striprtf": _striprtf,
    "unrtf": _program("unrtf", "--text", "--nopict", "FILE"),
    "xlrd": _xlrd,
    "xls2csv": _program("xls2csv", "-x", "-d", "utf-8", "FILE"),
}
