"""XML, drawings and pages: entities, depth, attributes, references to files, and text that is cut into letters."""

import base64
from collections.abc import Iterator
from functools import partial

from bench.hostile import BOMB, MARKED, MARKING, Hostile
from bench.hostile import _packing as p

_LAUGHS = "<!DOCTYPE x [<!ENTITY l0 'ha'>{}]>".format(
    "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
)
_OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'


def documents() -> Iterator[Hostile]:
    """Yield the documents."""
    yield from _entities()
    yield from _shapes()
    yield from _drawings()
    yield from _pages()
    yield from _others()


def _entities() -> Iterator[Hostile]:
    said = "<x>" + MARKING + "</x>"
    for encoding in ("utf-8", "utf-16", "utf-16-be"):
        yield Hostile(f"laughs-{encoding}.xml", partial(f"{_LAUGHS}<x>&l9;</x>".encode, encoding), BOMB)
    yield Hostile("laughs-and-marked.xml", lambda: f"{_LAUGHS}<x><y>{MARKING}</y>&l9;</x>", BOMB | MARKED)
    yield Hostile(
        "entity-of-a-megabyte.xml",
        lambda: f"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a '{'a' * p.MIB}'>]><x>{'&a;' * 100_000}</x>",
        BOMB,
    )
    yield Hostile("entity-of-a-file.xml", lambda: f"{_OUTSIDE}{said.replace('</x>', '&e;</x>')}", MARKED)
    yield Hostile("entity-of-a-device.xml", lambda: f"{_OUTSIDE.replace('etc/passwd', 'dev/zero')}<x>&e;</x>")
    yield Hostile(
        "entity-of-a-server.xml",
        lambda: f"{_OUTSIDE.replace('file:///etc', 'http://192.0.2.1')}{said}",
        MARKED,
    )
    yield Hostile("type-of-a-server.xml", lambda: f'<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd">{said}', MARKED)
    yield Hostile(
        "parameter-entities.xml",
        lambda: f"<!DOCTYPE x [<!ENTITY % a '<!ENTITY b SYSTEM \"file:///etc/passwd\">'>%a;]>{said}",
        MARKED,
    )
    yield Hostile(
        "entity-of-itself.xml",
        lambda: f"<!DOCTYPE x [<!ENTITY a '&b;'><!ENTITY b '&a;'>]><x>{MARKING}&a;</x>",
        MARKED,
    )
    yield Hostile(
        "marking-in-entities.xml",
        lambda: b"<!DOCTYPE x [<!ENTITY a 'TOP'><!ENTITY b 'SECRET//NOFORN'>]><x>&a; &b;</x>",
        MARKED,
    )
    yield Hostile(
        "included.xml",
        lambda: (
            f'<x xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="/etc/passwd" parse="text"/>{MARKING}</x>'
        ),
        MARKED,
    )
    yield Hostile(
        "styled.xml",
        lambda: f'<?xml version="1.0"?><?xml-stylesheet href="http://192.0.2.1/x.xsl"?>{said}',
        MARKED,
    )


def _shapes() -> Iterator[Hostile]:
    said = f"<y>{MARKING}</y>"
    for depth in (300, 5000, 200_000):
        yield Hostile(f"depth-{depth}.xml", partial(_deep, depth, said), BOMB | MARKED)
    yield Hostile("depth-100.xml", partial(_deep, 100, said), MARKED)
    yield Hostile("depth-500000-open.xml", lambda: said + "<a>" * 500_000)
    yield Hostile(
        "attributes-200000.xml",
        lambda: f"<x {' '.join(f'a{n}={chr(34)}1{chr(34)}' for n in range(200_000))}>{MARKING}</x>",
        MARKED,
    )
    yield Hostile(
        "attributes-same.xml",
        lambda: f"<x {'a=' + chr(34) + '1' + chr(34) + ' ' * 1} a='2'>{MARKING}</x>",
        MARKED,
    )
    yield Hostile("attribute-of-20m.xml", lambda: f'<x a="{"b " * 10_000_000}">{MARKING}</x>', MARKED, heavy=True)
    yield Hostile("name-of-10m.xml", lambda: f"<x><{'n' * 10_000_000}/>{MARKING}</x>", MARKED, heavy=True)
    yield Hostile(
        "namespaces-50000.xml",
        lambda: f"<x {' '.join(f'xmlns:a{n}={chr(34)}u{n}{chr(34)}' for n in range(50_000))}>{MARKING}</x>",
        MARKED,
    )
    yield Hostile("siblings-1m.xml", lambda: f"<x>{'<a/>' * 1_000_000}{MARKING}</x>", MARKED, heavy=True)
    yield Hostile("comments-500000.xml", lambda: f"<x>{'<!---->' * 500_000}{MARKING}</x>", MARKED, heavy=True)
    yield Hostile(
        "sections-500000.xml",
        lambda: f"<x>{''.join(f'<![CDATA[{c}]]>' for c in MARKING)}{'<![CDATA[]]>' * 500_000}</x>",
        MARKED,
        heavy=True,
    )
    yield Hostile(
        "references-1m.xml",
        lambda: f"<x>{'&#65;' * 1_000_000}\n{''.join(f'&#{ord(c)};' for c in MARKING)}</x>",
        MARKED,
        heavy=True,
    )
    yield Hostile("comment-open.xml", lambda: f"<x>\n{MARKING}\n{'<!--' * 500_000}", MARKED)
    yield Hostile("section-open.xml", lambda: f"<x>\n{MARKING}\n{'<![CDATA[' * 300_000}", MARKED)
    yield Hostile("type-open.xml", lambda: f"<!DOCTYPE x [{'<!ELEMENT a (b' * 100_000}")
    for encoding in ("zlib", "hex", "rot13", "idna", "unicode_escape", "utf-7", "cp037", "utf-32"):
        yield Hostile(
            f"encoding-{encoding}.xml",
            partial(f'<?xml version="1.0" encoding="{encoding}"?><x>{MARKING}</x>'.encode, "ascii"),
            MARKED,
        )


def _deep(depth: int, said: str) -> bytes:
    return f"<x>{said}{'<a>' * depth}{'</a>' * depth}</x>".encode()


def _drawings() -> Iterator[Hostile]:
    yield Hostile(
        "groups-100000.svg",
        lambda: f"{_SVG}<text>{MARKING}</text>{'<g>' * 100_000}{'</g>' * 100_000}</svg>",
        BOMB | MARKED,
    )
    yield Hostile(
        "uses-itself.svg",
        lambda: f'{_SVG}<g id="a"><use xlink:href="#a"/><text>{MARKING}</text></g></svg>',
        MARKED,
    )
    yield Hostile(
        "letters.svg",
        lambda: f"{_SVG}<text>{''.join(f'<tspan>{c}</tspan>' for c in MARKING)}</text></svg>",
        MARKED,
    )
    yield Hostile(
        "path-of-10m.svg",
        lambda: f'{_SVG}<path d="{"M0 0" * 2_500_000}"/><text>{MARKING}</text></svg>',
        MARKED,
        heavy=True,
    )
    yield Hostile("data-in-data.svg", lambda: _drawn(8), MARKED)
    yield Hostile("data-in-data-30.svg", lambda: _drawn(30), BOMB)
    yield Hostile(
        "zeros-2g.svgz",
        lambda: b"\x1f\x8b\x08\0\0\0\0\0\2\xff" + p.deflated(_SVG.encode(), 2048) + bytes(8),
        BOMB,
        heavy=True,
    )
    yield Hostile("laughs.svg", lambda: f"{_LAUGHS.replace('x', 'svg', 1)}{_SVG}<text>&l9;</text></svg>", BOMB)


def _drawn(levels: int) -> bytes:
    data = f"{_SVG}<text>{MARKING}</text></svg>".encode()
    for _ in range(levels):
        data = f'{_SVG}<image href="data:image/svg+xml;base64,{base64.b64encode(data).decode()}"/></svg>'.encode()
    return data


def _pages() -> Iterator[Hostile]:
    page = "<html><body>"
    yield Hostile("depth-200000.html", lambda: f"{page}{'<div>' * 200_000}{MARKING}", MARKED)
    yield Hostile("tables-20000.html", lambda: f"{page}{'<table><tr><td>' * 20_000}{MARKING}", MARKED)
    yield Hostile("fonts-open-50000.html", lambda: f"{page}{'<font><p>' * 50_000}{MARKING}", MARKED)
    yield Hostile(
        "attributes-200000.html",
        lambda: f"{page}<p {' '.join(f'a{n}' for n in range(200_000))}>{MARKING}</p>",
        MARKED,
    )
    yield Hostile("comments-open.html", lambda: f"{page}{MARKING}\n{'<!--' * 500_000}", MARKED)
    yield Hostile("tags-open.html", lambda: f"{page}{MARKING}\n{'<a ' * 1_000_000}", MARKED, heavy=True)
    yield Hostile("quotes-open.html", lambda: f"{page}{MARKING}\n{'<a b=' + chr(34)}{'<x' * 500_000}", MARKED)
    yield Hostile("references-open.html", lambda: f"{page}<p>{MARKING}</p>{'&amp' * 500_000}", MARKED)
    yield Hostile("references-huge.html", lambda: f"{page}{MARKING}\n{'&#' + '9' * 100_000 + ';'}", MARKED)
    yield Hostile("scripts-open.html", lambda: f"{page}{MARKING}\n{'<script>' * 300_000}", MARKED)
    yield Hostile(
        "frames-of-itself.html",
        lambda: f"{page}<p>{MARKING}</p>" + "<iframe src='#'></iframe>" * 3000,
        MARKED,
    )
    yield Hostile("letters.html", lambda: f"{page}{''.join(f'<b>{c}</b>' for c in MARKING)}", MARKED)
    yield Hostile("frames-in-frames.html", lambda: _framed(8), MARKED)
    yield Hostile(
        "laughs.xhtml",
        lambda: f'{_LAUGHS.replace("x", "html", 1)}<html xmlns="http://www.w3.org/1999/xhtml"><p>&l9;</p></html>',
    )
    yield Hostile("sections-open.html", lambda: f"{page}{MARKING}\n{'<![CDATA[' * 300_000}", MARKED)
    yield Hostile(
        "instructions-in-instructions.xml",
        lambda: '<?xml version="1.0' + '<?xml version="1.0"?>' * 400 + f"\n{MARKING}\n",
        MARKED,
    )
    yield Hostile("comments-in-comments.html", lambda: "<!--" * 300 + "-->" * 300 + f"\n{MARKING}\n", MARKED)
    yield Hostile("styles-open.html", lambda: f"{page}{MARKING}\n<style>{'a{b:c(' * 200_000}", MARKED)


def _framed(levels: int) -> bytes:
    page = f"<p>{MARKING}</p>"
    for _ in range(levels):
        page = f'<html><iframe srcdoc="{page.replace("&", "&amp;").replace(chr(34), "&quot;")}"></iframe></html>'
    return page.encode()


def _others() -> Iterator[Hostile]:
    yield Hostile(
        "depth-1m.json", lambda: b"[" * 1_000_000 + f'\n"{MARKING}"\n'.encode() + b"]" * 1_000_000, MARKED, heavy=True
    )
    yield Hostile("numbers.json", lambda: b'{"a":' + b"9" * 2_000_000 + f',\n"b":\n"{MARKING}"\n}}'.encode(), MARKED)
    yield Hostile("escaped.json", lambda: '{"a":\n"' + "".join(f"\\u{ord(c):04x}" for c in MARKING) + '"\n}', MARKED)
    yield Hostile(
        "depth-100000.plist",
        lambda: f'<?xml version="1.0"?><plist>{"<array>" * 100_000}<string>{MARKING}</string>',
        BOMB,
    )
    yield Hostile("cycle.plist", _cycle)
    yield Hostile(
        "anchors.yaml",
        lambda: (
            "a0: &a0 x\n"
            + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
            + MARKING
            + "\n"
        ),
        MARKED,
    )


def _cycle() -> bytes:
    """Return a binary property list that is an array of itself."""
    return b"bplist00" + b"\xa2\0\0" + b"\x08" + bytes(6) + b"\1\1" + (1).to_bytes(8) + bytes(8) + (11).to_bytes(8)
