"""The page of a scan stands by itself, holds what is worth a look, and no name breaks out of it."""

import base64
import configparser
import fnmatch
import hashlib
import io
import json
import os
import re
from pathlib import Path

import pytest
from lxml import html

from scanner.model.document import Document, Problem, Reason
from scanner.model.finding import Finding, Kind, Severity, Status
from scanner.model.label import Label, Level
from scanner.model.place import Place
from scanner.model.verdict import Outcome, Tally, Verdict
from scanner.model.visible import visible
from scanner.present import Run, formats

_LABEL = Label(Level("us", "s", "SECRET", 3, 4), caveats=frozenset({"NOFORN"}))
_MARKING = Finding(Kind.MARKING, "us", Place("a", page=2), _LABEL, evidence="SECRET//NOFORN", reasons=("upper_case",))


def _verdict(path: str, outcome: Outcome = Outcome.VIOLATION, **changes: object) -> Verdict:
    known = {
        "zone": "public",
        "labels": (_LABEL,),
        "findings": (_MARKING,),
        "severity": Severity.CRITICAL,
        "why": "too secret",
        "guidance": "Move it.",
        "owner": "desk@corp.example",
    }
    return Verdict(Document(path), outcome=outcome, **{**known, **changes})


def _text(*verdicts: Verdict, **run: object) -> str:
    stream, tally = io.StringIO(), Tally()
    known = Run("1.2.3", "abc", ("/srv",), 1.5, **run)
    report = formats()["html"].start(stream, known, color=False)
    for verdict in verdicts:
        tally.add(verdict)
        report.add(verdict)
    report.end(tally, known)
    return stream.getvalue()


def _page(*verdicts: Verdict, **run: object) -> html.HtmlElement:
    return html.fromstring(_text(*verdicts, **run))


def _data(page: html.HtmlElement, name: str) -> object:
    return json.loads(page.get_element_by_id(f"data-{name}").text)


def _names(page: html.HtmlElement) -> list[str]:
    return [row[0] for row in _data(page, "rows")]


def _said(page: html.HtmlElement) -> str:
    return " ".join(page.find("body").find("main").text_content().split())


def test_only_its_own_style_and_script_may_work_and_nothing_is_loaded():
    page = _page(_verdict("/srv/a"))
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    (style,), (script,) = page.xpath("//style"), page.xpath("//script[not(@type)]")

    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for rule, element in (("style-src", style), ("script-src", script)):
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    assert not page.xpath("//@src | //link | //@style | //iframe | //img")
    assert set(page.xpath("//@href")) == {"#list"}
    assert not re.search(r"https?:|url\(|@import", style.text + script.text)


def test_its_parts_ship_with_the_package():
    root = Path(__file__).parents[2]
    setup = configparser.ConfigParser()
    setup.read(root / "setup.cfg")
    shipped = setup["options.package_data"]["scanner.present"].split(", ")
    parts = [path.name for path in (root / "scanner" / "present").iterdir() if path.is_file() and path.suffix != ".py"]

    assert len(parts) == 3
    assert all(any(fnmatch.fnmatch(part, glob) for glob in shipped) for part in parts)


def test_its_script_puts_no_data_into_markup():
    (script,) = _page().xpath("//script[not(@type)]")

    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function\(|fetch|XMLHttp", script.text
    )


@pytest.mark.parametrize(
    "name", ["</script><script>alert(1)</script>", "<!--", "]]>", "&lt;b&gt;", "'\"", "<img src=x>"]
)
def test_no_name_ends_a_block_or_becomes_markup(name):
    page = _page(_verdict(f"/srv/{name}", zone=name, owner=name, why=name, guidance=name), _verdict("/srv/a"))

    assert len(page.xpath("//script")) == len(_page(_verdict("/srv/a")).xpath("//script"))
    assert not page.xpath("//img | //b[text()='alert(1)']")
    assert _names(page) == [name.rpartition("/")[2], "a"]
    assert name in _said(page)


def test_every_ugly_name_reaches_the_list_as_a_person_sees_it(ugly_names):
    paths = ["/srv/" + os.fsdecode(name) for name in ugly_names]

    assert _names(_page(*map(_verdict, paths))) == [visible(path.removeprefix("/srv/")) for path in paths]


def test_the_page_is_ascii_so_that_no_locale_can_break_it():
    assert _text(_verdict("/srv/机密.doc", zone="ΑΠΟΡΡΗΤΟ")).isascii()


def test_what_is_worth_a_look_is_listed_and_the_rest_counted():
    suspect = Finding(Kind.MARKING, "us", Place("d"), _LABEL, status=Status.SUSPECT)
    locked = {"findings": (), "labels": (), "problems": (Problem(Place("e"), Reason.ENCRYPTED),)}
    picture = {"findings": (), "labels": (), "problems": (Problem(Place("f"), Reason.IMAGE),), "accepted": True}
    verdicts = (
        _verdict("/srv/a"),
        _verdict("/srv/b", Outcome.PERMITTED),
        _verdict("/srv/c", Outcome.CLEAN, findings=(), labels=()),
        _verdict("/srv/d", Outcome.CLEAN, findings=(suspect,), labels=()),
        _verdict("/srv/e", Outcome.UNDETERMINED, **locked),
        _verdict("/srv/f", Outcome.UNDETERMINED, **picture),
    )
    page = _page(*verdicts)

    assert _names(page) == ["a", "b", "d", "e"]
    assert _names(_page(*verdicts, details=True)) == ["a", "b", "d", "e", "f"]
    tiles = [" ".join(each.text_content().split()) for each in page.xpath("//ul[@class='tiles']/li")]
    assert [each.text_content() for each in page.xpath("//ul[@class='tiles']/li/b")][:5] == ["1", "2", "1", "2", "1"]
    assert len(tiles) == 9


def test_a_detail_says_what_where_why_and_what_next():
    page = _page(_verdict("/srv/a"))
    strings = _data(page, "strings")
    ((facts, findings, problems),) = _data(page, "details-0")

    def said(cell: object) -> object:
        return strings[cell] if isinstance(cell, int) else cell

    (row,) = _data(page, "rows")
    assert [(said(name), said(value)) for name, value in facts] == [("What next", "Move it.")]
    assert [strings[cell] for cell in (row[2], row[6])] == ["too secret", "desk@corp.example"]
    assert [list(map(said, each)) for each in findings] == [
        ["a, page 2", "SECRET//NOFORN", "us", "content, marked", "100%", "upper case"]
    ]
    assert problems == []


def test_details_are_in_blocks_that_are_read_alone():
    page = _page(*(_verdict(f"/srv/{number}") for number in range(1001)))
    chunk = _data(page, "meta")["chunk"]

    assert len(_data(page, "rows")) == 1001
    assert [len(_data(page, f"details-{number}")) for number in range(3)] == [chunk, chunk, 1]


def test_every_table_says_what_its_heads_are_of():
    page = _page(
        _verdict("/srv/a"), _verdict("/srv/b", Outcome.UNDETERMINED, problems=(Problem(Place("b"), Reason.CORRUPT),))
    )

    assert all(table.find("caption") is not None or table.get("aria-labelledby") for table in page.xpath("//table"))
    assert set(page.xpath("//thead/tr/th/@scope | //tbody/tr/th/@scope")) == {"col", "row"}
    assert all(page.xpath(f"//label[@for='{field}']") for field in page.xpath("//input/@id | //select/@id"))
    assert page.get("lang") == "en"


def test_what_was_not_examined_is_told_by_reason_and_a_broken_scan_said():
    locked = {"findings": (), "labels": (), "problems": (Problem(Place("e"), Reason.ENCRYPTED),)}
    page = _page(_verdict("/srv/e", Outcome.UNDETERMINED, **locked), partial=True)

    assert page.xpath("//table[caption='Files by reason']/tbody/tr/*/text()") == ["encrypted", "1", "0"]
    assert "The scan was broken off" in _said(page)
    assert "Not examined" not in _said(_page(_verdict("/srv/a")))


def test_many_zones_are_cut_with_a_word_and_the_worst_come_first():
    verdicts = [_verdict(f"/srv/{n}", zone=f"zone {n}", severity=Severity(n % 4)) for n in range(30)]
    page = _page(*verdicts)
    (table,) = page.xpath("//table[caption='By zone']")

    assert len(table.xpath("tbody/tr")) == 12
    assert table.xpath("tbody/tr[1]/th/span/text()") == ["zone 11"]
    assert "and 18 more, with 18 between them" in _said(page)


def test_the_list_comes_first_where_there_is_one_zone_only():
    def titles(*zones: str) -> list[str]:
        page = _page(*(_verdict(f"/srv/{number}", zone=zone) for number, zone in enumerate(zones)))
        return [each.text_content() for each in page.xpath("//main//h2 | //main/section//div[@class='box']//caption")]

    assert titles("a", "a") == ["At a glance", "Files worth a look", "Where the risk is", "By label"]
    assert titles("a", "b") == ["At a glance", "Where the risk is", "By zone", "By label", "Files worth a look"]


def test_a_page_with_values_says_so_aloud_and_no_other_does():
    plain, telling = _page(_verdict("/srv/a")), _page(_verdict("/srv/a"), shows_values=True)

    assert not plain.xpath("//p[@class='warning']")
    assert "no other text of a document" in plain.find(".//footer").text
    assert "quotes the values that were found, in full" in telling.xpath("//p[@class='warning']")[0].text
    assert "quotes the values" in telling.find(".//footer").text
    assert "no other text" not in telling.find(".//footer").text


def test_a_page_says_when_under_which_policy_and_whether_it_was_broken_off():
    page = _page(_verdict("/srv/a"), partial=True, began=1_700_000_000.0, policy="p.toml; ceiling none", known=2)
    facts = dict(zip(page.xpath("//dl/div/dt/text()"), page.xpath("//dl/div/dd/text()"), strict=True))

    assert facts["Begun"] == "2023-11-14 22:13 UTC"
    assert facts["Policy"] == "p.toml; ceiling none"
    assert facts["Accepted by the baseline"] == "2"
    assert "broken off" in page.xpath("//p[@class='warning']")[0].text


def test_accepted_files_that_are_not_in_the_list_are_named_by_another_that_opens():
    picture = {"findings": (), "labels": (), "problems": (Problem(Place("f"), Reason.IMAGE),), "accepted": True}
    verdicts = [_verdict(f"/srv/{name}", Outcome.UNDETERMINED, **picture) for name in ("g<b>", "f\x1b")]
    page = _page(*verdicts)

    assert page.xpath("//details/summary/text()") == ["2 accepted files that are not in the list of this page"]
    assert page.xpath("//details/ul/li/text()") == [r"/srv/f\x1b", "/srv/g<b>"]
    assert not _page(*verdicts, details=True).xpath("//details")


def test_a_great_many_accepted_files_are_cut_with_a_word():
    picture = {"findings": (), "labels": (), "problems": (Problem(Place("f"), Reason.IMAGE),), "accepted": True}
    page = _page(*(_verdict(f"/srv/{number}", Outcome.UNDETERMINED, **picture) for number in range(5001)))

    assert len(page.xpath("//details/ul/li")) == 5001
    assert page.xpath("//details/ul/li[last()]/text()") == ["and 1 more: a scan with -v has all in the list"]
