"""Texts, XML and drawings with a word in escapes, in codes, in declarations and in rare encodings."""

import base64
import binascii
import gzip
import io
import json
import quopri
import zipfile
from collections.abc import Iterator
from urllib.parse import quote

from bench.hiding import Probe, word
from scanner.model.place import Part

_TEXT = {
    "plain": "a\n{}\nb",
    "json escapes": '{{"a": "{0[u]}"}}',
    "json escapes of some": '{{"a": "x {0[0]}{0[u1]}"}}',
    "javascript hexadecimal": "var a = '{0[x]}';",
    "javascript code points": "var a = '{0[ub]}';",
    "octal": 'char *a = "{0[o]}";',
    "python long": 'a = "{0[U]}"',
    "strings joined": 'a = "{0[0]}" + "{0[1]}"',
    "strings joined over lines": "a = '{0[0]}' +\n    '{0[1]}';",
    "strings joined in basic": 'a = "{0[0]}" & _\n "{0[1]}"',
    "character codes": "document.write(String.fromCharCode({0[c]}));",
    "character codes in hexadecimal": "a = bytes([{0[cx]}])",
    "percent": "GET /?a={0[p]} HTTP/1.1",
    "entities": "a {0[d]} b",
    "entities in hexadecimal": "a {0[h]} b",
    "quoted-printable": "a=C3=A4 {0[q]}=\n b=20\n",
    "quoted-printable, cut": "=C3=A4 {0[0]}=\n{0[1]}",
    "base64": "key: {0[b]}",
    "base64 in a call": "echo atob('{0[b]}')",
    "base64 of the web": "token={0[bw]}",
    "base64 of a command": "powershell -enc {0[b16]}",
    "base64 over lines": "data:\n{0[bl]}\nend",
    "hexadecimal": "x = {0[hex]}",
    "hexadecimal dump": "00000000  {0[dump]}  |.|",
    "data address": "![a](data:text/plain;base64,{0[b]})",
    "latex accents": '\\documentclass{{a}}\n\\section{{Gr\\"o\\ss e {}}}',
    "latex comment": "\\documentclass{{a}}\n% {}",
    "markdown comment": "[//]: # ({})",
    "markdown front matter": "---\ntitle: {}\n---\n# a",
    "csv quoted": 'a,"x ""{}"" y",b',
    "subtitles": "WEBVTT\n\n00:01.000 --> 00:02.000\n{}",
    "translation": '#: a.c\nmsgid "a"\nmsgstr "{}"',
    "difference": "--- a\n+++ b\n-{}\n",
    "after a form feed": "a\f{}",
    "behind zeros": "a\0\0\0\0{}\0\0",
    "after control characters": "\x1b[8m{}\x1b[0m",
    "yaml in base64": "data: !!binary |\n  {0[b]}\n",
}
_XML = {
    "text": ("<a><b>{}</b></a>", Part.BODY),
    "runs": ("<p><r><t>{0[0]}</t></r><r><t>{0[1]}</t></r></p>", Part.BODY),
    "attribute": ('<a b="{}"/>', Part.METADATA),
    "comment": ("<a><!-- {} --></a>", Part.COMMENT),
    "processing instruction": ("<a><?b {}?></a>", Part.COMMENT),
    "character data": ("<a><![CDATA[{}]]></a>", Part.BODY),
    "entity": ('<!DOCTYPE a [<!ENTITY c "{}">]><a>&c;</a>', Part.BODY),
    "entity in two steps": ('<!DOCTYPE a [<!ENTITY b "{0[0]}"><!ENTITY c "&b;{0[1]}">]><a>&c;</a>', Part.BODY),
    "unused entity": ('<!DOCTYPE a [<!ENTITY c "{}">]><a/>', Part.COMMENT),
    "comment of a declaration": ("<!DOCTYPE a [<!-- {} -->]><a/>", Part.COMMENT),
    "default of an attribute": ('<!DOCTYPE a [<!ELEMENT a EMPTY><!ATTLIST a b CDATA "{}">]><a/>', None),
    "document type": ('<!DOCTYPE a SYSTEM "{}"><a/>', Part.COMMENT),
    "character references": ("<a>{0[d]}</a>", Part.BODY),
    "page as text": (
        "<rss><item><description>&lt;p&gt;{0[0]}&lt;b&gt;{0[1]}&lt;/b&gt;</description></item></rss>",
        Part.BODY,
    ),
    "base64": ("<a>{0[b]}</a>", Part.BODY),
    "broken": ("<a><b>{0[0]}<c>{0[1]}</b></a>", Part.BODY),
    "after the end": ("<a></a><b>{}", Part.BODY),
    "old word document": (
        (
            '<?mso-application progid="Word.Document"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml">'
            "<w:body><w:p><w:r><w:t>{0[0]}</w:t></w:r><w:r><w:t>{0[1]}</w:t></w:r></w:p></w:body></w:wordDocument>"
        ),
        Part.BODY,
    ),
}
_SVG = {
    "text": ("<text>{}</text>", Part.BODY),
    "pieces": ("<text>{0[0]}<tspan>{0[1]}</tspan></text>", Part.BODY),
    "pieces on lines of their own": (
        '<text>\n <tspan x="1">{0[0]}</tspan>\n <tspan x="9">{0[1]}</tspan>\n</text>',
        Part.BODY,
    ),
    "text on a path": ('<text><textPath href="#a">{}</textPath></text>', Part.BODY),
    "title": ("<title>{}</title>", Part.BODY),
    "description": ("<desc>{}</desc>", Part.BODY),
    "metadata": ("<metadata><rdf:RDF xmlns:rdf='r'><a>{}</a></rdf:RDF></metadata>", Part.BODY),
    "comment": ("<!-- {} -->", Part.COMMENT),
    "hidden": ('<text display="none">{}</text>', Part.BODY),
    "definition": ("<defs><text>{}</text></defs>", Part.BODY),
    "foreign object": (
        '<foreignObject><div xmlns="http://www.w3.org/1999/xhtml">{0[0]}<b>{0[1]}</b></div></foreignObject>',
        Part.BODY,
    ),
    "style": ("<style>a::before {{ content: '{0[css]}' }}</style>", None),
    "script": ("<script>// {}\n</script>", None),
    "label": ('<g aria-label="{}"/>', Part.METADATA),
    "embedded drawing": ('<image href="data:image/svg+xml;base64,{0[svg]}"/>', None),
    "name of a layer": ('<g inkscape:label="{}" xmlns:inkscape="i"/>', Part.METADATA),
}


class _Word(str):
    __slots__ = ()

    def __getitem__(self, key: object) -> str:
        plain = str(self)
        half = len(plain) // 2
        raw = plain.encode()
        codes = [ord(sign) for sign in plain]
        made = {
            "0": plain[:half],
            "1": plain[half:],
            "u": "".join(f"\\u{code:04x}" for code in codes),
            "u1": "".join(f"\\u{code:04x}" for code in codes[half:]),
            "ub": "".join(f"\\u{{{code:x}}}" for code in codes),
            "U": "".join(f"\\U{code:08x}" for code in codes),
            "x": "".join(f"\\x{code:02x}" for code in codes),
            "o": "".join(f"\\{code:03o}" for code in codes),
            "c": ", ".join(map(str, codes)),
            "cx": ", ".join(map(hex, codes)),
            "p": "".join(f"%{code:02X}" for code in codes),
            "d": "".join(f"&#{code};" for code in codes),
            "h": "".join(f"&#x{code:X};" for code in codes),
            "q": "".join(f"={code:02X}" for code in codes),
            "css": "".join(f"\\{code:x} " for code in codes),
            "b": base64.b64encode(raw).decode(),
            "bw": base64.urlsafe_b64encode(f"ä?>{plain}ÿ".encode()).decode(),
            "b16": base64.b64encode(plain.encode("utf-16-le")).decode(),
            "bl": base64.encodebytes(b"x" * 100 + raw).decode(),
            "hex": binascii.hexlify(raw).decode(),
            "dump": " ".join(f"{byte:02x}" for byte in raw),
            "svg": base64.b64encode(
                f"<svg xmlns='http://www.w3.org/2000/svg'><text>{plain}</text></svg>".encode()
            ).decode(),
        }
        return made[str(key)]


def probes() -> Iterator[Probe]:
    """Yield a file for each place."""
    for place, source in _TEXT.items():
        hidden = word("text", place)
        yield Probe("text", place, "a.txt", hidden, source.format(_Word(hidden)).encode())
    for place, (source, part) in _XML.items():
        hidden = word("xml", place)
        yield Probe(
            "xml", place, "a.xml", hidden, f'<?xml version="1.0"?>{source.format(_Word(hidden))}'.encode(), part
        )
    for place, (source, part) in _SVG.items():
        hidden = word("svg", place)
        drawing = f'<svg xmlns="http://www.w3.org/2000/svg">{source.format(_Word(hidden))}</svg>'
        yield Probe("svg", place, "a.svg", hidden, drawing.encode(), part)
    yield from _others()


def _others() -> Iterator[Probe]:
    """Yield what no pattern describes."""
    for codec in ("utf-16-le", "utf-16", "utf-32", "utf-7", "cp037", "cp500", "cp273", "iso2022_kr", "hz"):
        hidden = word("text", codec)
        text = f"Der Text ist kurz. {hidden}\n" if codec.startswith("cp") else f"机密 비밀\n{hidden}\n"
        text = (
            text.replace(" 비밀", "") if codec == "hz" else text.replace("机密 ", "") if codec == "iso2022_kr" else text
        )
        yield Probe("text", f"in {codec}", "a.txt", hidden, text.encode(codec))
    hidden = word("text", "two encodings")
    yield Probe(
        "text", "two encodings", "a.txt", f"Größe{hidden}", "Über uns\n".encode() + f"Größe{hidden}\n".encode("cp1252")
    )
    hidden = word("text", "wide inside")
    yield Probe(
        "text", "wide inside", "a.txt", hidden, b"a line\n" * 9 + hidden.encode("utf-16-le") + b"\nanother line\n" * 9
    )
    hidden = word("text", "odd length")
    yield Probe("text", "odd length", "a.txt", hidden, f"a {hidden} b".encode("utf-16-le") + b"c")
    hidden = word("text", "mistaken UTF-8")
    yield Probe(
        "text", "mistaken UTF-8", "a.txt", f"Größe {hidden}", f"Größe {hidden}".encode().decode("cp1252").encode()
    )
    hidden = word("text", "archive in base64")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", hidden)
    packed = base64.b64encode(stream.getvalue()).decode()
    yield Probe("text", "archive in base64", "a.json", hidden, json.dumps({"file": packed}).encode())
    hidden = word("text", "packed in base64")
    packed = base64.b64encode(gzip.compress(hidden.encode() * 9)).decode()
    yield Probe("text", "packed in base64", "a.yaml", hidden, f"file: {packed}\n".encode())
    hidden = word("text", "notebook")
    cells = [{"cell_type": "code", "source": ["a = 1\n", f'"{hidden[:5]}" + \\\n', f'"{hidden[5:]}"'], "outputs": []}]
    cells += [{"cell_type": "markdown", "source": ["# a\n", hidden]}]
    book = json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}})
    yield Probe("text", "notebook", "a.ipynb", hidden, book.encode(), Part.BODY)
    hidden = word("text", "address of an address")
    yield Probe(
        "text", "address of an address", "a.url", hidden, f"u=http%3A%2F%2Fa%2F{quote(quote(' ' + hidden))}".encode()
    )
    hidden = word("text", "quoted by a mailer")
    body = quopri.encodestring(f"Größe\n{hidden} über alles {'x ' * 40}\n".encode())
    yield Probe("text", "quoted by a mailer", "a.txt", hidden, body)
