"""The keys every sink has are read, and everything wrong with a sink is told with its table and key."""

import pytest

from scanner.errors import ConfigError
from scanner.model.finding import Severity
from scanner.model.route import Quiet, Route
from scanner.settings.load import parse
from scanner.settings.schema import SinkSettings


def _sinks(text: str, sink_faults=None) -> tuple[SinkSettings, ...]:
    zones = '[[zone]]\nname = "x"\npaths = ["/srv/x"]\n'
    return parse(f"version = 1\n{zones}{text}", "f", lambda _: None, sink_faults=sink_faults).sinks


def _faults(text: str, sink_faults=None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        _sinks(text, sink_faults)
    return [str(fault).removeprefix("f: ") for fault in caught.value.faults]


def test_a_sink_that_says_nothing_is_told_what_is_usual():
    (sink,) = _sinks('[[sink]]\nkind = "console"')

    assert (sink.name, sink.route) == ("console", Route())


def test_every_common_key_is_read_and_is_no_option():
    (sink,) = _sinks(
        """
        [[sink]]
        kind = "smtp"
        name = "desk"
        severity = "high"
        zones = ["default", "x"]
        events = ["resolved", "raised", "raised"]
        rate = 7
        group = "5min"
        quiet = "critical"
        heartbeat = "1h"
        from = "start"
        to = ["a@b", "c@d"]
        port = 25
        """
    )
    route = Route(
        "desk", Severity.HIGH, ("x", "default"), ("raised", "resolved"), 7, 300.0, Quiet.CRITICAL, 3600, from_start=True
    )

    assert sink == SinkSettings("smtp", (("to", "a@b\nc@d"), ("port", "25")), route)
    assert sink.name == "desk"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('name = "a b"', 'sink[0] (a b).name: must be letters, digits, dots, dashes and underlines, not "a b"'),
        (
            'name = "a\\nsum"',
            r'sink[0] (a\nsum).name: must be letters, digits, dots, dashes and underlines, not "a\nsum"',
        ),
        ('severity = "bad"', 'sink[0].severity: must be one of critical, high, info, low, medium, not "bad"'),
        ('zones = ["y"]', 'sink[0].zones[0]: no such zone: "y"; known are x, default'),
        ("zones = []", "sink[0].zones: is empty; leave it out for the usual, or name a zone"),
        ("rate = -1", "sink[0].rate: must not be negative"),
        ("rate = 6001", "sink[0].rate: must be 0 for any number, or up to 6000 notices a minute"),
        ('group = "2d"', "sink[0].group: must not be longer than a day"),
        ('quiet = "no"', 'sink[0].quiet: must be one of critical, ignore, keep, not "no"'),
        ('heartbeat = "10ms"', "sink[0].heartbeat: must be 0 for none, or at least 1 second"),
        ("heartbeat = []", 'sink[0].heartbeat: must be a number of seconds or a time such as "10s", not a list'),
        ('from = "now"', 'sink[0].from: must be one of end, start, not "now"'),
        ('to = ["a", "b\\nc"]', "sink[0].to: an entry of it has a line break in it"),
        ("to = [1]", "sink[0].to[0]: must be a text, not a whole number"),
    ],
)
def test_what_is_wrong_with_a_common_key_is_told(text, fault):
    assert fault in _faults(f'[[sink]]\nkind = "console"\n{text}')


def test_an_event_that_is_none_is_named_with_all_there_are():
    (fault,) = _faults('[[sink]]\nkind = "console"\nevents = ["raised", "everything"]')

    assert fault.startswith('sink[0].events[1]: no such event: "everything"; known are raised, worsened, ')
    assert fault.endswith(", coverage")


def test_two_sinks_of_one_name_are_refused_since_the_name_marks_a_place_in_the_log():
    table = '[[sink]]\nkind = "jsonl"\n'

    assert _faults(table + table) == ['sink[1].name: "jsonl" is the name of sink[0], too; give each a name of its own']
    assert [sink.name for sink in _sinks(f'{table}{table}name = "second"')] == ["jsonl", "second"]


def test_what_the_sink_says_of_its_options_is_told_with_all_other_faults():
    def check(kind, options):
        assert (kind, options) == ("mail", {"to": "joe"})
        return [("to", "is no address"), ("host", "is missing")]

    assert _faults('workers = -1\n[[sink]]\nkind = "mail"\nto = "joe"'.replace("workers = -1\n", ""), check) == [
        "sink[0].to: is no address",
        "sink[0].host: is missing",
    ]
