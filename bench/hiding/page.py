"""HTML pages with a word where a browser shows it, hides it or only carries it."""

from collections.abc import Iterator

from bench.hiding import Probe, word

_PLACES = {
    "body": "<p>{}</p>",
    "comment": "<p>x</p><!-- {} -->",
}


def probes() -> Iterator[Probe]:
    """Yield a page for each place."""
    for place, source in _PLACES.items():
        hidden = word("html", place)
        page = f"<!DOCTYPE html><html><body>{source.format(hidden)}</body></html>"
        yield Probe("html", place, "page.html", hidden, page.encode())
