"""Rich text with a word where Word or WordPad shows it, hides it or only carries it."""

import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from bench.hiding import Probe, word
from bench.hiding._outlook import docx as _docx
from scanner.extract._ole.pack import PackedEntry, pack
from scanner.model.place import Part

_FONTS = (
    r"{\fonttbl{\f0\froman\fcharset0 Times New Roman;}{\f1\fnil\fcharset134 SimSun;}{\f2\fnil\fcharset128 MS Mincho;}"
    r"{\f3\fnil\fcharset204 Arial Cyr;}{\f4\fnil\fcharset2 Wingdings;}}"
)
_BODY: dict[str, tuple[str, Part | None]] = {
    "body": (r"\pard %s\par", Part.BODY),
    "split by groups": (r"\pard {\b %h}{\i %t}\par", Part.BODY),
    "split by control words": (r"\pard \b %h\b0\i\fs24 %t\par", Part.BODY),
    "split by a line break in the file": ("\\pard %h\r\n%t\\par", Part.BODY),
    "split by an optional hyphen": (r"\pard %h\-%t\par", Part.BODY),
    "unicode escapes": (r"\pard %u\par", Part.BODY),
    "unicode escapes without fallback": (r"\pard\uc0 %v\par", Part.BODY),
    "unicode escapes, hexadecimal fallback": (r"\pard %w\par", Part.BODY),
    "hexadecimal escapes": (r"\pard %x\par", Part.BODY),
    "table cell": (r"\trowd\cellx5000\intbl %s\cell\row\pard", Part.BODY),
    "nested table cell": (
        r"\trowd\intbl\itap2 %s\nestcell{\*\nesttableprops\trowd\nestrow}\intbl\itap1\cell\row",
        None,
    ),
    "section 2": (r"\pard one\par\sect\sectd\pard %s\par", Part.BODY),
    "list text": (r"{\listtext\tab %s 1.}\pard point\par", Part.BODY),
    "bullet text, old": (r"{\pntext %s\tab}{\*\pn\pnlvlblt{\pntxtb x}}point\par", Part.BODY),
    "numbering text": (r"{\*\pn\pnlvlbody{\pntxtb %s}}point\par", Part.METADATA),
    "header": (r"{\header \pard %s\par}x\par", Part.HEADER),
    "header, left pages": (r"{\headerl \pard %s\par}x\par", Part.HEADER),
    "header, right pages": (r"{\headerr \pard %s\par}x\par", Part.HEADER),
    "header, first page": (r"\titlepg{\headerf \pard %s\par}x\par", Part.HEADER),
    "footer": (r"{\footer \pard %s\par}x\par", Part.FOOTER),
    "footer, first page": (r"\titlepg{\footerf \pard %s\par}x\par", Part.FOOTER),
    "header of section 2": (r"x\par\sect\sectd{\header \pard %s\par}y\par", Part.HEADER),
    "footnote": (r"x{\super\chftn}{\footnote\chftn %s}\par", Part.FOOTNOTE),
    "endnote": (r"x{\super\chftn}{\footnote\ftnalt\chftn %s}\par", Part.ENDNOTE),
    "footnote separator": (r"{\*\ftnsep %s\chftnsep}x\par", Part.FOOTNOTE),
    "annotation": (r"x{\*\atnid AB}{\*\atnauthor A B}\chatn{\*\annotation \pard %s}\par", Part.COMMENT),
    "annotation author": (r"x{\*\atnid AB}{\*\atnauthor %s}\chatn{\*\annotation y}\par", Part.COMMENT),
    "hidden": (r"x{\v %s}y\par", Part.HIDDEN),
    "hidden, by control words": (r"x\v %s\v0 y\par", Part.HIDDEN),
    "hidden in part": (r"%h{\v %t}\par", Part.HIDDEN),
    "deleted": (r"x{\deleted\revauthdel1 %s}y\par", Part.DELETED),
    "inserted": (r"x{\revised\revauth1 %s}y\par", Part.BODY),
    "text box": (r"{\shp{\*\shpinst\shpleft0{\shptxt \pard %s\par}}}x\par", Part.TEXT_BOX),
    "text box, Word 6": (r"{\*\do\dobxcolumn\dptxbx{\dptxbxtext\pard %s\par}}x\par", Part.TEXT_BOX),
    "text box in the header": (r"{\header{\shp{\*\shpinst{\shptxt\pard %s\par}}}}x\par", Part.HEADER),
    "shape as older programs draw it": (
        r"{\shp{\*\shpinst}{\shprslt{\*\do\dptxbx{\dptxbxtext %s\par}}}}x\par",
        Part.TEXT_BOX,
    ),
    "WordArt watermark": (
        r"{\header{\shp{\*\shpinst{\sp{\sn shapeType}{\sv 136}}{\sp{\sn gtextUNICODE}{\sv %s}}}}}x\par",
        Part.WATERMARK,
    ),
    "watermark of LibreOffice": (
        r"{\header{\shp{\*\shpinst{\sp{\sn wzName}{\sv PowerPlusWaterMarkObject1}}{\shptxt %s\par}}}}x\par",
        Part.WATERMARK,
    ),
    "page background": (r"{\*\background{\shp{\*\shpinst{\sp{\sn gtextUNICODE}{\sv %s}}}}}x\par", Part.WATERMARK),
    "alt text of a shape": (r"{\shp{\*\shpinst{\sp{\sn wzDescription}{\sv %s}}}}x\par", Part.METADATA),
    "alt text of a picture": (
        r"x{\*\shppict{\pict{\*\picprop{\sp{\sn wzDescription}{\sv %s}}}\pngblip 89504e47}}\par",
        Part.METADATA,
    ),
    "name of a shape": (r"{\shp{\*\shpinst{\sp{\sn wzName}{\sv %s}}}}x\par", Part.METADATA),
    "hidden shape": (r"{\shp{\*\shpinst{\sp{\sn fHidden}{\sv 1}}{\shptxt %s\par}}}x\par", Part.HIDDEN),
    "field code": (r"{\field{\*\fldinst HYPERLINK {\b http://%s.example}}{\fldrslt x}}\par", Part.METADATA),
    "field result": (r"{\field{\*\fldinst AUTHOR}{\fldrslt %s}}\par", Part.BODY),
    "nested field": (
        r"{\field{\*\fldinst IF {\field{\*\fldinst PAGE}{\fldrslt 1}} = 1 %s}{\fldrslt x}}\par",
        Part.METADATA,
    ),
    "form field default": (
        r"{\field{\*\fldinst FORMTEXT{\*\formfield{\*\ffname x}{\*\ffdeftext %s}}}}\par",
        Part.FORM_FIELD,
    ),
    "form field help": (r"{\field{\*\fldinst FORMTEXT{\*\formfield{\*\ffhelptext %s}}}}\par", Part.FORM_FIELD),
    "form field list": (r"{\field{\*\fldinst FORMDROPDOWN{\*\formfield{\*\ffl a}{\*\ffl %s}}}}\par", Part.FORM_FIELD),
    "bookmark": (r"{\*\bkmkstart %s}x{\*\bkmkend %s}\par", Part.METADATA),
    "index entry": (r"x{\xe {\v %s}}\par", Part.METADATA),
    "table of contents entry": (r"x{\tc {\v %s}}\par", Part.METADATA),
    "object result": (r"{\object\objemb{\*\objclass X.Y}{\result{\pard %s\par}}}", Part.BODY),
    "object class": (r"{\object\objemb{\*\objclass %s}{\result x}}\par", Part.METADATA),
    "both ways of a text": (r"\pard{\upr{Gr?}{\*\ud{Gr %s}}}\par", Part.BODY),
    "formula": (r"{\mmath{\*\moMath{\mr %s}}}\par", Part.BODY),
    "unknown destination": (r"x{\*\somethingnew some %s words}\par", Part.METADATA),
    "custom XML attribute": (
        r"{\*\xmlopen\xmlns1{\xmlname x}{\xmlattr\xmlattrns1{\xmlattrname a}{\xmlattrvalue %s}}}x\par",
        None,
    ),
    "white on white": (r"{\colortbl;\red255\green255\blue255;}{\cf1 %s}\par", Part.BODY),
    "name of a style": (r"{\stylesheet{\s0 Normal;}{\s1\sbasedon0 %s;}}\pard\s1 x\par", Part.METADATA),
    "mail merge": (r"{\*\mailmerge{\mmquery SELECT * FROM %s}}x\par", Part.METADATA),
    "Wingdings beside": (r"{\f4\'ab}%s\par", Part.BODY),
    "deep groups": ("{" * 300 + "%s" + "}" * 300 + r"\par", Part.BODY),
}
_INFO = {
    **dict.fromkeys(("title", "subject", "author", "operator", "keywords", "comment", "doccomm"), Part.PROPERTY),
    **dict.fromkeys(("\\*\\manager", "\\*\\company", "\\*\\category", "hlinkbase"), Part.PROPERTY),
}


_WRITTEN = Path(__file__).parents[2] / "tests" / "data" / "richtext" / "written.rtf"
_BY_LIBREOFFICE = {
    **dict.fromkeys(("title", "subject", "description", "keyword", "user property"), Part.PROPERTY),
    "header": Part.HEADER,
    "footer": Part.FOOTER,
    "author of a change": Part.METADATA,
    "deleted": Part.DELETED,
    "body": Part.BODY,
    "hidden": Part.HIDDEN,
    "footnote": Part.FOOTNOTE,
    "endnote": Part.ENDNOTE,
    "author of a comment": Part.COMMENT,
    "comment": Part.COMMENT,
    "text frame": Part.TEXT_BOX,
    "link": Part.METADATA,
    "bookmark": Part.METADATA,
    "other scripts": Part.BODY,
    "cell": Part.BODY,
    "list": Part.BODY,
}


def probes() -> Iterator[Probe]:
    """Yield a document for each place."""
    for name, part in _BY_LIBREOFFICE.items():
        place = f"LibreOffice: {name}"
        yield Probe("rtf", place, "written.rtf", word("rtf", place), _WRITTEN.read_bytes(), part)
    for place, (source, part) in _BODY.items():
        hidden = word("rtf", place)
        yield Probe("rtf", place, "text.rtf", hidden, _document(_filled(source, hidden)), part)
    for name, part in _INFO.items():
        place = f"info {name.rpartition(chr(92))[2]}"
        hidden = word("rtf", place)
        control = name if name.startswith("\\") else f"\\{name}"
        yield Probe("rtf", place, "text.rtf", hidden, _document(f"{{\\info{{{control} {hidden}}}}}x\\par"), part)
    yield from _properties()
    yield from _bytes()
    yield from _objects()


def _document(source: str | bytes, head: str = r"\ansi\ansicpg1252\uc1\deff0") -> bytes:
    body = source if isinstance(source, bytes) else source.encode("ascii")
    return b"{\\rtf1" + head.encode() + _FONTS.encode() + b"\n" + body + b"}"


def _filled(source: str, hidden: str) -> str:
    """Put the word in the ways that a template asks for: whole, in halves, or escaped."""
    ways = {
        "%s": hidden,
        "%h": hidden[:7],
        "%t": hidden[7:],
        "%u": "".join(f"\\u{ord(sign)}?" for sign in hidden),
        "%v": "".join(f"\\u{ord(sign)}" for sign in hidden) + " ",
        "%w": "".join(f"\\u{ord(sign)}\\'3f" for sign in hidden),
        "%x": "".join(f"\\'{ord(sign):02x}" for sign in hidden),
    }
    for way, text in ways.items():
        source = source.replace(way, text)
    return source


def _properties() -> Iterator[Probe]:
    hidden = word("rtf", "user property")
    source = rf"{{\*\userprops{{\propname Project}}\proptype30{{\staticval {hidden}}}}}x\par"
    yield Probe("rtf", "user property", "text.rtf", hidden, _document(source), Part.PROPERTY)
    hidden = word("rtf", "name of a user property")
    source = rf"{{\*\userprops{{\propname {hidden}}}\proptype30{{\staticval x}}}}x\par"
    yield Probe("rtf", "name of a user property", "text.rtf", hidden, _document(source), Part.METADATA)
    hidden = word("rtf", "document variable")
    source = rf"{{\*\docvar {{Project}}{{{hidden}}}}}x\par"
    yield Probe("rtf", "document variable", "text.rtf", hidden, _document(source), Part.PROPERTY)
    hidden = word("rtf", "behind the end")
    yield Probe("rtf", "behind the end", "text.rtf", hidden, _document(r"x\par") + b"\r\n" + hidden.encode())
    hidden = word("rtf", "a second document behind the end")
    data = _document(r"x\par") + _document(hidden)
    yield Probe("rtf", "a second document behind the end", "text.rtf", hidden, data)
    hidden = word("rtf", "page in a mail")
    source = (
        r"\fromhtml1 {\*\htmltag64 <p title='"
        + hidden
        + r"'>}\htmlrtf {\htmlrtf0 text\htmlrtf\par}\htmlrtf0{\*\htmltag72 </p>}"
    )
    yield Probe("rtf", "page in a mail", "text.rtf", hidden, _document(source))
    hidden = word("rtf", "text of a page in a mail")
    source = (
        r"\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 " + hidden + r"\htmlrtf\par}\htmlrtf0{\*\htmltag72 </p>}"
    )
    yield Probe("rtf", "text of a page in a mail", "text.rtf", hidden, _document(source), Part.BODY)


def _bytes() -> Iterator[Probe]:
    """Yield texts in other scripts; the word stands among them, and both have to be read."""
    for place, text, codec, font in (
        ("GBK", "机密文件，不得外传", "gbk", 1),
        ("Shift-JIS", "極秘文書、持ち出し禁止", "cp932", 2),
        ("Cyrillic", "Совершенно секретно", "cp1251", 3),
    ):
        escaped = "".join(f"\\'{byte:02x}" for byte in text.encode(codec))
        yield Probe("rtf", f"{place} by font", "text.rtf", text, _document(rf"\pard\f{font} {escaped}\par"), Part.BODY)
        raw = text.encode(codec).replace(b"\\", b"\\\\").replace(b"{", b"\\{").replace(b"}", b"\\}")
        document = _document(rf"\pard\f{font} ".encode() + raw + rb"\par")
        yield Probe("rtf", f"{place} as it stands", "text.rtf", text, document, Part.BODY)
        yield Probe(
            "rtf", f"{place} without a font", "text.rtf", text, _document(rf"\pard {escaped}\par", r"\ansi"), None
        )
    text = "机密文件，不得外传"
    escaped = "".join(f"\\'{byte:02x}" for byte in text.encode("gbk"))
    yield Probe("rtf", "GBK by code page", "text.rtf", text, _document(rf"\pard {escaped}\par", r"\ansi\ansicpg936"))
    document = _document(rb"\pard " + text.encode() + rb"\par")
    yield Probe("rtf", "UTF-8 as it stands", "text.rtf", text, document)


def _objects() -> Iterator[Probe]:
    hidden = word("rtf", "packaged file")
    data = _object(b"Package", _package("note.txt", f"of no use: {hidden}".encode()))
    yield Probe("rtf", "packaged file", "text.rtf", hidden, _document(_written(data)), Part.BODY)
    hidden = word("rtf", "name of a packaged file")
    data = _object(b"Package", _package(f"{hidden}.txt", b"nothing"))
    yield Probe("rtf", "name of a packaged file", "text.rtf", hidden, _document(_written(data)), None)
    hidden = word("rtf", "packaged ZIP")
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", f"of no use: {hidden}")
    data = _object(b"Package", _package("a.zip", packed.getvalue()))
    yield Probe("rtf", "packaged ZIP", "text.rtf", hidden, _document(_written(data)), Part.BODY)
    hidden = word("rtf", "packaged file, disguised")
    data = _object(b"Package", _package("note.txt", hidden.encode()))
    written = data.hex()
    junk = written[:10] + r"{\*\foo 4142}\bar " + "\r\n \t" + written[10:]
    yield Probe("rtf", "packaged file, disguised", "text.rtf", hidden, _document(rf"{{\object{{\*\objdata {junk}}}}}x"))
    hidden = word("rtf", "packaged file, binary")
    data = _object(b"Package", _package("note.txt", hidden.encode()))
    source = rb"{\object{\*\objdata\bin" + str(len(data)).encode() + b" " + data + b"}}x"
    yield Probe("rtf", "packaged file, binary", "text.rtf", hidden, _document(source))
    hidden = word("rtf", "document of another program")
    native = pack([PackedEntry((), bytes(16), None), PackedEntry(("Package",), b"", _docx(hidden))])
    source = _written(_object(b"Word.Document.12", native))
    yield Probe("rtf", "document of another program", "text.rtf", hidden, _document(source), Part.BODY)
    hidden = word("rtf", "XML beside the text")
    native = pack([PackedEntry((), bytes(16), None), PackedEntry(("a", "Item"), b"", f"<a>{hidden}</a>".encode())])
    source = rf"{{\*\datastore {_object(b'Msxml2.SAXXMLReader.6.0', native).hex()}}}x"
    yield Probe("rtf", "XML beside the text", "text.rtf", hidden, _document(source), Part.BODY)
    hidden = word("rtf", "link to a file")
    data = struct.pack("<II", 0x501, 1) + b"".join(_string(name) for name in (b"Word.Document.8", hidden.encode(), b""))
    yield Probe("rtf", "link to a file", "text.rtf", hidden, _document(_written(data)), Part.METADATA)
    hidden = word("rtf", "field data")
    source = rf"{{\field{{\*\fldinst X}}{{\*\datafield {hidden.encode('utf-16-le').hex()}}}{{\fldrslt x}}}}"
    yield Probe("rtf", "field data", "text.rtf", hidden, _document(source), Part.METADATA)


def _object(name: bytes, native: bytes) -> bytes:
    """Return an embedded object as OLE 1 writes it ([MS-OLEDS] 2.2.5)."""
    names = b"".join(_string(each) for each in (name, b"", b""))
    return struct.pack("<II", 0x501, 2) + names + struct.pack("<I", len(native)) + native + struct.pack("<II", 0x501, 0)


def _string(text: bytes) -> bytes:
    return struct.pack("<I", len(text) + 1) + text + b"\x00" if text else struct.pack("<I", 0)


def _package(name: str, content: bytes) -> bytes:
    path = f"C:\\{name}".encode() + b"\x00"
    start = b"\x02\x00" + name.encode() + b"\x00" + path + b"\x00\x00\x03\x00" + struct.pack("<I", len(path)) + path
    return start + struct.pack("<I", len(content)) + content + b"\x00\x00"


def _written(data: bytes) -> str:
    digits = data.hex()
    lines = "\n".join(digits[at : at + 128] for at in range(0, len(digits), 128))
    return rf"{{\object\objemb{{\*\objclass Package}}{{\*\objdata {lines}}}{{\result x}}}}\par"
