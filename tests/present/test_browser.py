"""The page works in a real browser: it sorts, filters, turns pages, opens details, and asks nobody for anything."""

import io
import os

import pytest

from bench._browser import browser, browser_path
from scanner.model.alert import Alert, Coverage, State
from scanner.model.document import Document, Problem, Reason
from scanner.model.finding import Finding, Kind, Severity
from scanner.model.label import Label, Level
from scanner.model.place import Place
from scanner.model.verdict import Outcome, Tally, Verdict
from scanner.model.visible import visible
from scanner.present import Run, formats
from scanner.present._alerts import AlertsPage
from scanner.present._unread import Unread

_BROWSER = browser_path()
_LABEL = Label(Level("us", "s", "SECRET", 3, 4), caveats=frozenset({"NOFORN"}))
_NOW = 1_700_000_000.0
_STATES = (State.OPEN, State.ACKNOWLEDGED, State.RESOLVED)
_HOSTILE = "<img src=x onerror=alert(1)></script>"

pytestmark = pytest.mark.skipif(_BROWSER is None, reason="no Chromium is installed; Debian: apt install chromium")


def _alert(number: int, path: str) -> Alert:
    zone = ("press", "hr", "lab")[number % 3]
    marking = Finding(Kind.MARKING, "us", Place(_HOSTILE, page=2), _LABEL, evidence=_HOSTILE, reasons=("upper_case",))
    problem = Problem(Place(path), Reason.ENCRYPTED, _HOSTILE)
    verdict = Verdict(
        Document(path, 7, None, "0" * 64, "text/plain"), zone, Outcome.VIOLATION, (_LABEL,), (marking,), (problem,),
        Severity(number % 5), f"why {number % 7} {_HOSTILE}", _HOSTILE, f"{zone}@corp.example", alerting=True,
    )  # fmt: skip
    seen = _NOW - number * 3600
    return Alert(f"{number:016x}", seen, seen, 1, _STATES[number % 3], verdict.severity, verdict, copies=number % 4 + 1)


@pytest.fixture(scope="module")
def page(tmp_path_factory, ugly_names):
    """Return a report on 230 alerts, with every ugly name, and one about a loss of coverage."""
    made = AlertsPage(_NOW, 86400.0)
    names = [os.fsdecode(name) for name in ugly_names] + [f"plan-{number:03}.txt" for number in range(200)]
    for number, name in enumerate(names):
        made.add(_alert(number, f"/srv/{'abc'[number % 3]}/{name}"), ["/srv/other"] if number % 4 else ())
    gap = Coverage("/srv", "events were lost", _NOW - 100)
    lost = Verdict(Document("/srv"), "", Outcome.UNDETERMINED, severity=Severity.HIGH, why="coverage: events were lost")
    made.add(Alert("f" * 16, _NOW, _NOW, 1, State.OPEN, Severity.HIGH, lost, gap))
    stream = io.StringIO()
    made.end(stream, Unread())
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(stream.getvalue(), encoding="utf-8")
    return path, names


@pytest.fixture(scope="module")
def started():
    with browser(_BROWSER) as tab:
        tab.resize(1280, 900)
        yield tab


@pytest.fixture
def tab(started, page):
    """Give the page as it opens; at the end nothing may have been complained of, and nothing asked for."""
    started.faults.clear()
    started.requests.clear()
    started.open(page[0])
    yield started
    beyond = [url for url in started.requests if not url.startswith(("data:", page[0].as_uri()))]
    assert started.faults == []
    assert beyond == []


def _column(tab, number: int) -> list[str]:
    cells = f"[...document.querySelectorAll('#rows > tr:not(.detail) > td:nth-child({number})')]"
    return tab.run(f"{cells}.map((cell) => (cell.querySelector('.name') ?? cell).textContent)")


def _sort(tab, number: int) -> str:
    tab.run(f"document.querySelector('#head th:nth-child({number}) button').click()")
    return tab.run(f"document.querySelector('#head th:nth-child({number})').getAttribute('aria-sort')")


def _enter(tab, field: str, text: str) -> str:
    tab.run(f"document.getElementById('{field}').value = {text!r}")
    tab.run(f"document.getElementById('{field}').dispatchEvent(new Event('input', {{ bubbles: true }}))")
    return tab.run("document.getElementById('count').textContent")


def _choose(tab, field: str, text: str) -> str:
    value = tab.run(
        f"[...document.getElementById('{field}').options].find((each) => each.textContent === {text!r}).value"
    )
    return _enter(tab, field, value)


def test_the_worst_stand_first_and_a_page_at_a_time(tab):
    assert tab.run("document.getElementById('count').textContent") == "231 alerts"
    assert len(_column(tab, 1)) == 50
    assert set(_column(tab, 1)[:40]) == {"Critical"}
    assert tab.run("document.getElementById('page').textContent") == "Page 1 of 5"


def test_every_column_sorts_both_ways_and_says_so(tab):
    assert _sort(tab, 3) == "ascending"
    up = _column(tab, 3)
    assert _sort(tab, 3) == "descending"
    down = _column(tab, 3)

    assert up == sorted(up, key=str.lower)
    assert down == sorted(down, key=str.lower, reverse=True)
    assert down[0] > up[0]
    assert _sort(tab, 4) == "ascending"
    assert _column(tab, 4)[1:3] == ["hr", "hr"]
    assert _sort(tab, 6) == "descending"
    assert _column(tab, 6) == sorted(_column(tab, 6), reverse=True)
    assert tab.run("document.activeElement.textContent") == "Changed"
    assert tab.run("document.querySelectorAll('#head th[aria-sort]:not([aria-sort=none])').length") == 1


def test_it_filters_by_words_severity_state_zone_and_time_together(tab, page):
    numbers = [number for number, name in enumerate(page[1]) if "plan-0" in name and number % 3 == 0]
    grave = [number for number in numbers if number % 5 > 2]

    assert _enter(tab, "f-text", "PLAN-0 srv/a/") == f"{len(numbers)} of 231 alerts"
    assert set(_column(tab, 4)) == {"press"}
    assert _choose(tab, "f-severity", "High or worse") == f"{len(grave)} of 231 alerts"
    assert _choose(tab, "f-state", "resolved") == "0 of 231 alerts"
    tab.run("document.querySelector('#filters button[type=reset]').click()")
    assert tab.run(
        "new Promise((done) => setTimeout(() => done(document.getElementById('count').textContent), 50))"
    ) == ("231 alerts")
    assert _choose(tab, "f-zone", "hr") == "77 of 231 alerts"
    assert _choose(tab, "f-owner", "press@corp.example") == "0 of 231 alerts"
    assert _choose(tab, "f-owner", "Any") == "77 of 231 alerts"
    assert _enter(tab, "f-since", "2023-11-14") == "8 of 231 alerts"


def test_a_key_finds_its_alert(tab):
    assert _enter(tab, "f-text", f"{7:016x}") == "1 of 231 alerts"


def test_a_name_in_the_overview_filters_the_list(tab):
    buttons = "[...document.querySelectorAll('th[data-pick=f-zone] button')]"
    tab.run(f"{buttons}.find((each) => each.textContent === 'hr').click()")

    assert set(_column(tab, 4)) == {"hr"}


def test_pages_are_turned(tab):
    first = _column(tab, 3)
    tab.run("document.getElementById('next').click()")
    second = _column(tab, 3)
    tab.run("document.getElementById('last').click()")

    assert not set(first) & set(second)
    assert len(_column(tab, 3)) == 31
    assert tab.run("document.getElementById('next').disabled")


def test_a_detail_opens_by_the_keyboard_and_says_everything_as_text(tab):
    _enter(tab, "f-text", "plan-000.txt")
    tab.run("document.querySelector('button.name').focus()")
    tab.key("Enter", 13, "\r")
    shown = tab.run("document.querySelector('tr.detail').textContent")

    assert tab.run("document.querySelector('button.name').getAttribute('aria-expanded')") == "true"
    for said in (_HOSTILE, "What next", "docwarden alerts show", "page 2", "upper case", "encrypted", "/srv/"):
        assert said in shown
    assert tab.run("document.querySelectorAll('img').length") == 0
    tab.run("document.querySelector('button.name').click()")
    assert tab.run("document.querySelectorAll('tr.detail').length") == 0


def test_every_name_is_shown_as_a_person_may_see_it(tab, page):
    tab.run("dispatchEvent(new Event('beforeprint'))")
    shown = set(_column(tab, 3))
    tab.run("dispatchEvent(new Event('afterprint'))")

    assert {visible(name.rpartition("/")[2]) for name in page[1]} <= shown
    assert len(_column(tab, 3)) == 50


def test_on_a_phone_nothing_is_wider_than_the_screen(tab):
    tab.resize(390, 844, phone=True)
    try:
        tab.run("document.querySelectorAll('button.name').forEach((each) => each.click())")
        assert tab.run("document.documentElement.scrollWidth <= innerWidth")
    finally:
        tab.resize(1280, 900)


@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_what_is_behind_it(tab, dark):
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text."""
    tab.resize(1280, 900, dark=dark)
    tab.run("document.querySelector('button.name').click()")
    weak = tab.run(_CONTRAST)
    tab.resize(1280, 900)

    assert weak == []


def test_a_scan_of_one_zone_shows_neither_its_column_nor_choices_of_one(started, tmp_path):
    stream, run = io.StringIO(), Run("1", "abc", ("/srv",), shows_values=True)
    report = formats()["html"].start(stream, run, color=False)
    for number in range(3):
        report.add(_alert(3 * number, f"/srv/{number}").verdict)
    report.end(Tally(), run)
    (tmp_path / "scan.html").write_text(stream.getvalue())
    started.open(tmp_path / "scan.html")

    shown = "document.getElementById('%s').checkVisibility()"
    assert started.run("[...document.querySelectorAll('#head th')].map((each) => each.textContent)") == [
        "Severity", "Outcome", "File", "Label",
    ]  # fmt: skip
    assert not any(started.run(shown % name) for name in ("f-state", "f-zone", "f-owner", "f-label", "f-since"))
    assert started.run(shown % "f-severity")
    started.run("document.querySelector('button.name').click()")
    assert "Zonepress" in started.run("document.querySelector('tr.detail dl').textContent")
    assert started.run("document.querySelector('.warning').checkVisibility()")
    assert started.run(_CONTRAST) == []


_CONTRAST = """(() => {
  const parts = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    for (let each = node; each; each = each.parentElement) {
      const color = parts(getComputedStyle(each).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const weak = new Set();
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !node.checkVisibility() || node.closest(":disabled, script, .skip")) continue;
    const [a, b] = [light(parts(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) weak.add(`${node.tagName} ${node.className} ${node.textContent.slice(0, 30)}`);
  }
  return [...weak];
})()"""
