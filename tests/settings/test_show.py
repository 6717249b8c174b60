"""Settings that are shown read back as they are."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from scanner.model.document import Reason
from scanner.model.exposure import Audience
from scanner.model.finding import Severity, Status
from scanner.model.label import Label, Level
from scanner.model.limits import Limits
from scanner.model.quiet import QuietHours
from scanner.model.route import EVENTS, Quiet, Route
from scanner.model.way import Way
from scanner.model.zone import Equivalent, Unread, Zone
from scanner.settings.load import parse
from scanner.settings.schema import (
    DEFAULT_ZONE,
    AlertSettings,
    LabelSettings,
    MetricsSettings,
    RuleSettings,
    Settings,
    SinkSettings,
    UnlockSettings,
    WatchSettings,
)
from scanner.settings.show import as_toml


def _label(text: str) -> Label:
    return Label(Level(text[0], text, text, 1, 1))


def _read(text: str) -> Label:
    assert text[1] == ":"
    return _label(text[2:])


_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
_NAMES = _TEXTS.filter(str.strip)
_COUNTS = st.integers(0, 10**12)
_PATHS = st.lists(st.sampled_from(["/", "/srv/a b", '/srv/"q"\\', "/srv/\x7f\u202e机密\U000e0041"]), max_size=3).map(
    tuple
)
_QUIET = st.builds(
    lambda days, begin, length: QuietHours(tuple(sorted(days)), begin, begin + length),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, 24 * 60 - 1),
    st.integers(1, 24 * 60 - 1) | st.just(24 * 60),
).filter(lambda span: (span.end - span.begin, span.begin) == (24 * 60, 0) or span.end - span.begin < 24 * 60)
_POLICY = {
    "ceilings": st.lists(_NAMES.map(_label), unique_by=lambda label: label.scheme)
    .map(tuple),
    "tags": st.frozensets(_NAMES),
    "owner": _TEXTS,
    "guidance": _TEXTS,
    "undetermined": st.sampled_from(Unread),
    "violating": st.frozensets(st.sampled_from(Status)).map(lambda statuses: statuses | {Status.MARKED}),
    "equivalents": st.booleans(),
    "severity": st.sampled_from(Severity),
    "require_marking": st.booleans(),
    "audience": st.sampled_from(Audience),
    "quiet_hours": st.lists(_QUIET, unique=True, max_size=3).map(tuple),
}  # fmt: skip
_LIMITS = {
    field.name: _COUNTS if field.name != "seconds" else st.floats(0, 1e9) for field in dataclasses.fields(Limits)
}
_LABELS = st.dictionaries(_NAMES.map(str.strip).map(str.casefold), _NAMES.map("S:{}".format), max_size=2).map(
    lambda names: tuple(names.items())
)
_OPTIONS = _TEXTS | st.lists(_NAMES.filter(lambda text: "\n" not in text), min_size=2).map("\n".join)
_ROUTES = st.builds(
    Route,
    name=st.sampled_from(["", "desk", "a.b-c_d"]),
    severity=st.sampled_from(Severity),
    zones=st.just(()) | st.just(("default",)),
    events=st.none()
    | st.sets(st.sampled_from(EVENTS), min_size=1).map(
        lambda events: tuple(event for event in EVENTS if event in events)
    ),
    rate=st.none() | st.integers(0, 6000),
    group=st.none() | st.floats(0, 86_400),
    quiet=st.none() | st.sampled_from(Quiet),
    heartbeat=st.none() | st.just(0.0) | st.floats(1, 1e9),
    from_start=st.booleans(),
)
_SETTINGS = st.builds(
    Settings,
    zones=st.lists(
        st.builds(Zone, name=_NAMES.filter(lambda name: name != DEFAULT_ZONE.name), **_POLICY),
        max_size=3,
        unique_by=lambda zone: zone.name,
    ).map(lambda zones: tuple(dataclasses.replace(zone, roots=(f"/z/{n}",)) for n, zone in enumerate(zones))),
    default=st.builds(Zone, name=st.just(DEFAULT_ZONE.name), **_POLICY),
    accept=st.frozensets(st.sampled_from(Reason)),
    limits=st.builds(Limits, **_LIMITS),
    watch=st.builds(
        WatchSettings,
        paths=_PATHS,
        exclude=st.lists(_NAMES).map(tuple),
        settle=st.floats(0, 1e9),
        reconcile=st.floats(1, 1e9),
        reader=st.sampled_from(Way),
        walk_rate=st.integers(0, 10**9),
        io_pressure=st.integers(0, 100),
    ),
    metrics=st.builds(MetricsSettings, st.just("") | st.just("/metrics/docwarden.prom")),
    alerts=st.builds(
        AlertSettings,
        keep=st.just(0.0) | st.floats(3600, 1e9),
        keep_log=st.just(0.0) | st.floats(3600, 1e9),
        reporting=_TEXTS,
        overdue=st.floats(0, 1e9),
        heartbeat=st.just(0.0) | st.floats(1, 1e9),
        readers=_TEXTS,
    ),
    labels=st.builds(LabelSettings, **dict.fromkeys(LabelSettings.__slots__, _LABELS)),
    rules=st.builds(RuleSettings, extra=_PATHS, exclude=st.lists(_NAMES).map(tuple)),
    unlock=st.builds(UnlockSettings, passwords_file=st.just("") | st.just('/etc/"pass words"')),
    sinks=st.lists(
        st.builds(SinkSettings, kind=_NAMES, options=st.dictionaries(st.sampled_from(["path", "to you"]), _OPTIONS).map(
            lambda options: tuple(options.items())
        ), route=_ROUTES),
        max_size=2,
        unique_by=lambda sink: sink.name,
    ).map(tuple),
    state=st.none() | st.just("/var/state"),
    workers=_COUNTS,
)  # fmt: skip


@given(_SETTINGS)
def test_what_is_shown_reads_back(settings):
    assert parse(as_toml(settings, {}), "shown", _read) == settings


def test_what_levels_count_as_is_shown_and_reads_back():
    secret, other = _label("SECRET").level, _label("OTAN").level
    entries = (Equivalent(secret, other), Equivalent(other, None))
    settings = Settings(default=dataclasses.replace(DEFAULT_ZONE, equivalence=entries))

    assert '\n[equivalence]\n"S:SECRET" = "O:OTAN"\n"O:OTAN" = "none"\n' in as_toml(settings, {})
    assert parse(as_toml(settings, {}), "shown", _read) == settings


def test_it_says_where_each_setting_came_from():
    shown = as_toml(
        Settings(workers=2), {"workers": "file", "limits.depth": "environment, DOCWARDEN_MAX_ARCHIVE_DEPTH"}
    )

    assert "workers = 2  # file\n" in shown
    assert "depth = 10  # environment, DOCWARDEN_MAX_ARCHIVE_DEPTH\n" in shown
    assert "settle = 0.3  # default\n" in shown


def test_a_secret_of_a_sink_is_not_shown():
    shown = as_toml(Settings(sinks=(SinkSettings("mail", (("api_token", "hunter2"), ("to", "joe"))),)), {})

    assert "hunter2" not in shown
    assert "# api_token is set, and not shown" in shown
    assert 'to = "joe"' in shown


def test_what_labels_stand_for_is_shown_with_where_it_came_from():
    shown = as_toml(Settings(labels=LabelSettings(msip=(("0a1b", "S:SECRET"),))), {"labels.msip": "file"})

    assert '[labels.msip]\n"0a1b" = "S:SECRET"  # file\n' in shown
    assert "[labels.titus]" not in shown


def test_zones_and_sinks_are_shown():
    zone = Zone("z", ("/srv",), (_label("SECRET"),), violating=frozenset({Status.MARKED, Status.SUSPECT}))
    shown = as_toml(Settings(zones=(zone,), sinks=(SinkSettings("console"),)), {})

    assert '[[zone]]\nname = "z"\npaths = ["/srv"]\nceiling = ["S:SECRET"]\n' in shown
    assert 'suspect = "violation"\n' in shown
    assert '[[sink]]\nkind = "console"\n' in shown
