"""HTML pages with a word where a browser shows it, hides it or only carries it."""

import base64
import html
import json
from collections.abc import Iterator
from urllib.parse import quote

from bench.hiding import Probe, word
from scanner.model.place import Part

_BODY = Part.BODY
_PLACES: dict[str, tuple[str, Part | None]] = {
    "body": ("<p>{}</p>", _BODY),
    "comment": ("<p>x</p><!-- {} -->", Part.COMMENT),
    "comment with tags": ("<!-- <p>{0[0]}<b>{0[1]}</b></p> -->", Part.COMMENT),
    "attribute in a comment": ('<!-- <img alt="{}"> -->', Part.COMMENT),
    "conditional comment": ("<!--[if mso]><table><tr><td>{}</td></tr></table><![endif]-->", Part.COMMENT),
    "revealed conditional": ("<![if !mso]><p>{}</p><![endif]>", _BODY),
    "display none": ('<div style="display: none"><p>x {} y</p></div>', Part.HIDDEN),
    "hidden attribute": ("<p hidden>{}</p>", Part.HIDDEN),
    "white text": ('<span style="color:#ffffff">{}</span>', Part.HIDDEN),
    "no size": ('<span style="font-size:0px">{}</span>', Part.HIDDEN),
    "off the screen": ('<p style="position:absolute;left:-9999px">{}</p>', Part.HIDDEN),
    "hidden input": ('<input type="hidden" name="a" value="{}">', Part.HIDDEN),
    "input value": ('<input value="{}">', _BODY),
    "placeholder": ('<input placeholder="{}">', _BODY),
    "text area": ("<textarea>\n{}</textarea>", _BODY),
    "option": ("<select><option>{}</option></select>", _BODY),
    "option label": ('<select><optgroup label="{}"><option>a</select>', _BODY),
    "data list": ('<datalist><option value="{}"></datalist>', _BODY),
    "button value": ('<input type="submit" value="{}">', _BODY),
    "alternative text": ('<img src="a.png" alt="{}">', _BODY),
    "title attribute": ('<abbr title="{}">a</abbr>', _BODY),
    "aria label": ('<button aria-label="{}"></button>', _BODY),
    "class name": ('<p class="{}">a</p>', None),
    "identifier": ('<p id="{}">a</p>', None),
    "data attribute": ("<p data-mark='{}'>a</p>", None),
    "event handler": ("<p onclick=\"alert('{}')\">a</p>", None),
    "unknown attribute": ("<p mark={}>a</p>", None),
    "link address": ('<a href="http://h.example/{}.pdf">a</a>', None),
    "mail link": ('<a href="mailto:a@b.example?subject=a%20{0[p]}">a</a>', None),
    "script string": ('<script>var a = "{}";</script>', Part.CODE),
    "script comment": ("<script>// {}\n</script>", Part.CODE),
    "script strings joined": ('<script>var a = "{0[0]}" +\n  "{0[1]}";</script>', Part.CODE),
    "script escapes": ('<script>var a = "{0[u]}";</script>', Part.CODE),
    "script hexadecimal": ('<script>var a = "{0[x]}";</script>', Part.CODE),
    "script codes": ("<script>write(String.fromCharCode({0[c]}))</script>", Part.CODE),
    "script base64": ('<script>write(atob("{0[b]}"))</script>', None),
    "script percent": ('<script>write(unescape("{0[p]}"))</script>', Part.CODE),
    "linked data": ('<script type="application/ld+json">{{"name": "{0[u]}"}}</script>', Part.CODE),
    "script template": ('<script type="text/template"><p>{0[0]}<b>{0[1]}</b></p></script>', None),
    "style comment": ("<style>/* {} */</style>", Part.CODE),
    "style content": ('<style>p::before {{ content: "{}" }}</style>', _BODY),
    "style content escaped": ("<style>p::after {{ content: '{0[css]}' }}</style>", _BODY),
    "style content in pieces": ("<style>p::after {{ content: '{0[0]}' \"{0[1]}\" }}</style>", _BODY),
    "style url": ("<style>p {{ background: url('data:text/plain;base64,{0[b]}') }}</style>", None),
    "style attribute url": ('<p style="background:url(data:text/plain,{})">a</p>', None),
    "noscript": ("<noscript><p>{}</p></noscript>", _BODY),
    "noframes": ("<noframes>{}</noframes>", _BODY),
    "template": ("<template><p>{}</p></template>", Part.HIDDEN),
    "closed details": ("<details><summary>a</summary>{}</details>", _BODY),
    "dialog": ("<dialog>{}</dialog>", _BODY),
    "frame source": ('<iframe srcdoc="&lt;p&gt;{}&lt;/p&gt;"></iframe>', None),
    "frame content": ("<iframe><p>{}</p></iframe>", None),
    "object content": ('<object data="x"><param name="a" value="{}"></object>', _BODY),
    "data address": ('<a href="data:text/html;base64,{0[b]}">a</a>', None),
    "short plain data address": ('<a href="data:,{}">a</a>', None),
    "picture set": ('<img srcset="data:text/plain;base64,{0[b]} 2x">', None),
    "object data": ('<object data="data:text/plain;charset=utf-8,{}"></object>', None),
    "decimal entities": ("<p>{0[d]}</p>", _BODY),
    "hexadecimal entities": ("<p>{0[h]}</p>", _BODY),
    "entities coded twice": ("<p>{0[dd]}</p>", _BODY),
    "inline tags": ("<p>{0[0]}<b>{0[1]}</b></p>", _BODY),
    "empty inline tag": ("<p>{0[0]}<span></span>{0[1]}</p>", _BODY),
    "comment in a word": ("<p>{0[0]}<!-- x -->{0[1]}</p>", _BODY),
    "soft hyphen": ("<p>{0[0]}&shy;{0[1]}</p>", _BODY),
    "break chance": ("<p>{0[0]}<wbr>{0[1]}</p>", _BODY),
    "no width": ("<p>{0[0]}&#8203;{0[1]}</p>", _BODY),
    "ruby base": ("<ruby>{0[0]}<rp>(</rp><rt>x</rt><rp>)</rp>{0[1]}<rt>y</rt></ruby>", _BODY),
    "ruby text": ("<ruby>a<rt>{}</rt></ruby>", _BODY),
    "reversed": ('<bdo dir="rtl">{0[r]}</bdo>', _BODY),
    "svg text": ("<svg><text>{0[0]}<tspan>{0[1]}</tspan></text></svg>", _BODY),
    "svg title": ("<svg><title>{}</title></svg>", None),
    "svg description": ("<svg><desc>{}</desc></svg>", _BODY),
    "svg foreign object": ("<svg><foreignObject><p>{}</p></foreignObject></svg>", _BODY),
    "svg link": ('<svg><image xlink:href="data:image/svg+xml,{0[svg]}"/></svg>', None),
    "formula": ("<math><mi>{0[0]}</mi><mi>{0[1]}</mi></math>", _BODY),
    "formula source": ('<math alttext="{}"></math>', _BODY),
    "character data": ("<svg><text><![CDATA[{}]]></text></svg>", _BODY),
    "processing instruction": ("<?mark {} ?>", Part.COMMENT),
    "microdata": ('<div itemscope><meta itemprop="a" content="{}"></div>', Part.PROPERTY),
    "table caption": ("<table><caption>{}</caption></table>", _BODY),
    "table summary": ('<table summary="{}"></table>', _BODY),
    "preformatted": ("<pre>a\n{}\nb</pre>", _BODY),
    "deleted": ("<p><del>{}</del></p>", _BODY),
    "marquee": ("<marquee>{}</marquee>", _BODY),
    "unclosed tag": ("<p>{}<b", _BODY),
    "unknown element": ("<x-mark>{}</x-mark>", _BODY),
    "after the end": ("</body></html>{}", None),
    "unclosed comment": ("<!-- {}", None),
    "legend": ("<fieldset><legend>{}</legend></fieldset>", _BODY),
    "figure caption": ("<figure><figcaption>{}</figcaption></figure>", _BODY),
    "track label": ('<video><track label="{}"></video>', _BODY),
    "picture map": ('<map><area alt="{}"></map>', _BODY),
}
_HEADS: dict[str, tuple[str, Part | None]] = {
    "title": ("<title>{}</title>", Part.PROPERTY),
    "description": ('<meta name="description" content="{}">', Part.PROPERTY),
    "social title": ('<meta property="og:title" content="{}">', Part.PROPERTY),
    "refresh": ('<meta http-equiv="refresh" content="0;url={}">', Part.PROPERTY),
    "meta name": ('<meta name="{}" content="a">', None),
    "link title": ('<link rel="next" href="a" title="{}">', _BODY),
    "base": ('<base href="http://{}/">', None),
    "document properties": ("<!--[if gte mso 9]><xml><o:Author>{}</o:Author></xml><![endif]-->", Part.COMMENT),
    "feed link": ('<link rel="alternate" href="/{}">', None),
}


class _Word(str):
    """A word that a format string can ask for in pieces and in escapes: `{0[0]}`, `{0[u]}`."""

    __slots__ = ()

    def __getitem__(self, key: object) -> str:
        half = len(self) // 2
        plain = str(self)
        made = {
            "0": plain[:half],
            "1": plain[half:],
            "u": "".join(f"\\u{ord(sign):04x}" for sign in plain),
            "x": "".join(f"\\x{ord(sign):02x}" for sign in plain),
            "c": ",".join(str(ord(sign)) for sign in plain),
            "d": "".join(f"&#{ord(sign)};" for sign in plain),
            "dd": "".join(f"&amp;#{ord(sign)};" for sign in plain),
            "h": "".join(f"&#x{ord(sign):x};" for sign in plain),
            "p": "".join(f"%{ord(sign):02x}" for sign in plain),
            "css": "".join(f"\\{ord(sign):x} " for sign in plain),
            "b": base64.b64encode(plain.encode()).decode(),
            "r": plain[::-1],
            "svg": quote(f"<svg xmlns='http://www.w3.org/2000/svg'><text>{plain}</text></svg>"),
        }
        return made[str(key)]


def probes() -> Iterator[Probe]:
    """Yield a page for each place."""
    for where, places in (("body", _PLACES), ("head", _HEADS)):
        for place, (source, part) in places.items():
            hidden = word("html", place)
            content = source.format(_Word(hidden))
            head, body = ("", content) if where == "body" else (content, "<p>a</p>")
            page = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
            yield Probe("html", place, "page.html", hidden, page.encode(), part)
    yield from _whole()


def _whole() -> Iterator[Probe]:
    """Yield the pages that differ as a whole."""
    hidden = word("html", "no mark")
    for codec in ("utf-16-le", "utf-16-be", "utf-16", "utf-32-le"):
        page = f"<html><body><p>{hidden} 机密</p></body></html>"
        yield Probe("html", f"in {codec}", "page.html", hidden, page.encode(codec))
    page = f'<html><head><meta charset="gbk"></head><body><p>机密{hidden}</p></body></html>'
    yield Probe("html", "in GBK", "page.html", hidden, page.encode("gbk"))
    page = f'<html><head><meta charset="utf-8"></head><body><p>ö机密{hidden}ö</p></body></html>'
    yield Probe("html", "says another encoding", "page.html", f"机密{hidden}", page.encode("gb18030"))
    hidden = word("html", "escaped source")
    page = f"<html><body><p>{html.escape(html.escape(f'<b>{hidden}</b>'))}</p></body></html>"
    yield Probe("html", "escaped source", "page.html", hidden, page.encode(), Part.BODY)
    hidden = word("html", "state of an application")
    state = json.dumps({"page": {"note": f"<p>{hidden[:6]}<i>{hidden[6:]}</i></p>"}})
    page = f"<html><body><script>window.__STATE__ = {state}</script></body></html>"
    yield Probe("html", "state of an application", "page.html", hidden, page.encode())
    hidden = word("html", "document type")
    yield Probe("html", "document type", "page.html", hidden, f'<!DOCTYPE html SYSTEM "{hidden}"><p>a'.encode())
    hidden = word("html", "xhtml")
    page = (
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>'
        f"<script>//<![CDATA[\n// {hidden}\n//]]></script></body></html>"
    )
    yield Probe("html", "script of a page in XML", "page.xhtml", hidden, page.encode(), Part.CODE)
    hidden = word("html", "frames")
    page = f'<html><frameset cols="*"><frame src="a" title="{hidden}"></frameset></html>'
    yield Probe("html", "frame title", "page.html", hidden, page.encode())
