"""A configuration is read whole, and everything wrong with it is named at once."""

import contextlib
import dataclasses
import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import ConfigError
from scanner.model.document import Reason
from scanner.model.exposure import Audience
from scanner.model.finding import Severity, Status
from scanner.model.label import Label, Level
from scanner.model.quiet import QuietHours
from scanner.model.way import Way
from scanner.model.zone import Unread, Zone
from scanner.resources import bundled
from scanner.settings import load as module
from scanner.settings.load import find_config, load, parse, user_config, written_keys
from scanner.settings.schema import Settings, SinkSettings

_SCHEMES = {"UNCLASSIFIED": "us", "SECRET": "us", "SECRET//REL TO USA, GBR": "us", "NATO SECRET": "nato", "机密": "cn"}


def _read(text: str) -> Label | None:
    return Label(Level(_SCHEMES[text], text, text, 1, 1)) if text in _SCHEMES else None


def _parse(text: str) -> Settings:
    return parse("version = 1\n" + text, "docwarden.toml", _read)


def _faults(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        _parse(text)
    return [str(fault).removeprefix("docwarden.toml: ") for fault in caught.value.faults]


def _zone(text: str) -> Zone:
    (zone,) = _parse(f'[[zone]]\nname = "z"\npaths = ["/srv/z"]\n{text}').zones
    return zone


def _bundled(name: str) -> str:
    return (bundled("config") / name).read_text(encoding="utf-8")


def test_the_shipped_defaults_are_the_defaults():
    assert parse(_bundled("default.toml"), "default.toml", _read) == Settings()


def test_every_setting_stands_in_the_shipped_defaults():
    data = tomllib.loads(_bundled("default.toml"))
    default = Settings()
    zone = {"ceiling", "tags", "owner", "guidance", "undetermined", "equivalents", "quiet_hours"}
    zone |= {"severity", "require_marking", "audience"}

    known = {
        "version",
        "state",
        "workers",
        "accept",
        "default",
        "limits",
        "sandbox",
        "watch",
        "metrics",
        "alerts",
        "rules",
        "unlock",
        "labels",
        "equivalence",
    }

    assert data.keys() == known
    assert {field.name for field in dataclasses.fields(Settings)} == known - {"version", "equivalence"} | {
        *("zones", "sinks", "source")
    }
    for part in ("limits", "sandbox", "watch", "metrics", "alerts", "rules", "unlock", "labels"):
        assert set(data[part]) == {field.name for field in dataclasses.fields(getattr(default, part))}
    assert set(data["default"]) == zone | {status.value for status in Status if status is not Status.MARKED}
    assert {field.name for field in dataclasses.fields(Zone)} == zone - {"ceiling"} | {
        *("name", "roots", "ceilings", "violating", "equivalence")
    }


def test_every_key_of_the_shipped_defaults_says_why_it_is_so():
    lines = _bundled("default.toml").splitlines()
    table = ""
    for before, line in zip(["", *lines], lines, strict=False):
        if line.startswith("["):
            table = line
        elif "=" in line and not line.startswith("#"):
            same_paragraph = before.partition(" ")[0] in {"suspect", "declassified"}

            assert before.startswith("#") or same_paragraph, f"{table} {line}"


def test_the_example_loads_with_three_zones():
    settings = parse(_bundled("example.toml"), "example.toml", _read)

    assert [zone.name for zone in settings.zones] == ["public-share", "programme-x", "source-code"]
    assert [len(zone.ceilings) for zone in settings.zones] == [1, 3, 0]
    assert settings.zones[0].violating == {Status.MARKED, Status.SUSPECT}
    assert settings.zones[0].undetermined is Unread.ALERT
    assert [sink.kind for sink in settings.sinks] == ["jsonl", "console"]


def test_the_example_in_comments_of_the_defaults_loads():
    lines = _bundled("default.toml").splitlines()
    start = lines.index("# [[zone]]")
    text = "\n".join(line[2:] for line in lines[start:])

    assert _parse(text).zones[0].name == "public-share"


def test_everything_else_can_be_set():
    settings = _parse(
        """
        state = "/var/lib/docwarden"
        workers = 3
        accept = ["image", "scanned_page"]
        [limits]
        file_bytes = "25MB"
        text = 7
        seconds = "10s"
        ratio = 0
        [watch]
        paths = ["/srv/share/"]
        settle = 0.5
        reconcile = "1h"
        reader = "inotify"
        [rules]
        extra = ["/etc/docwarden/rules"]
        exclude = ["private-key"]
        [unlock]
        passwords_file = "/etc/docwarden/passwords"
        [[sink]]
        kind = "jsonl"
        path = "/var/log/a.jsonl"
        mode = 7
        loud = true
        """
    )

    assert (settings.state, settings.workers) == ("/var/lib/docwarden", 3)
    assert settings.accept == {Reason.IMAGE, Reason.SCANNED_PAGE}
    limits = settings.limits
    assert (limits.file_bytes, limits.text, limits.seconds, limits.ratio) == (25_000_000, 7, 10.0, 0)
    assert (settings.watch.paths, settings.watch.settle, settings.watch.reconcile) == (("/srv/share",), 0.5, 3600)
    assert settings.watch.reader is Way.INOTIFY
    assert (settings.rules.extra, settings.rules.exclude) == (("/etc/docwarden/rules",), ("private-key",))
    assert settings.sinks == (SinkSettings("jsonl", (("path", "/var/log/a.jsonl"), ("mode", "7"), ("loud", "true"))),)


def test_what_levels_count_as_holds_in_every_zone():
    settings = _parse(
        '[equivalence]\n"机密" = "NATO SECRET"\n"SECRET" = "none"\n[[zone]]\nname = "z"\npaths = ["/srv/z"]\n'
    )
    said = [(entry.level.name, entry.counts_as and entry.counts_as.name) for entry in settings.default.equivalence]

    assert said == [("机密", "NATO SECRET"), ("SECRET", None)]
    assert settings.zones[0].equivalence == settings.default.equivalence


def test_every_fault_of_an_equivalence_is_told_with_its_key():
    def read(text):
        label = _read(text.removeprefix("us:").split("//")[0])
        return label and dataclasses.replace(label, caveats=frozenset(text.split("//")[1:]))

    with pytest.raises(ConfigError) as caught:
        parse(
            'version = 1\n[equivalence]\nBLUE = "SECRET"\nSECRET = "BLUE"\n"机密" = 3\n'
            '"SECRET//X" = "NATO SECRET"\n"us:SECRET" = "none"\n',
            "docwarden.toml",
            read,
        )

    assert [str(fault).removeprefix("docwarden.toml: equivalence.") for fault in caught.value.faults] == [
        '"BLUE": not a marking any scheme knows: "BLUE"',
        '"SECRET": not a marking any scheme knows: "BLUE"',
        "机密: must be a text, not a whole number",
        '"机密": not a marking any scheme knows: ""',
        '"SECRET//X": "SECRET//X" is more than a level; caveats have no equivalent',
        '"us:SECRET": SECRET of the scheme us is given twice; keep one',
    ]


def test_what_labels_stand_for_can_be_set_for_each_system():
    labels = _parse('[labels.msip]\n"0A1B" = "SECRET"\n"Blue Team" = "机密"\n[labels.titus]\n"X=1" = "SECRET"').labels

    assert labels.msip == (("0A1B", "SECRET"), ("Blue Team", "机密"))
    assert labels.titus == (("X=1", "SECRET"),)
    assert labels.boldon_james == labels.protective_marking == labels.stanag == ()


def test_every_fault_of_the_names_of_labels_is_told_with_its_key():
    assert _faults(
        """
        [labels]
        purview = {}
        titus = "CTP_NT"
        [labels.msip]
        "0a1b" = "Blue"
        "0A1B" = "SECRET"
        "" = "SECRET"
        "c" = 3
        """
    ) == [
        'labels.msip."0a1b": not a marking or label name any scheme knows: "Blue"',
        'labels.msip."0A1B": differs from "0a1b" in nothing but case; keep one',
        'labels.msip."": is empty; write the id or the name of a label',
        "labels.msip.c: must be a text, not a whole number",
        "labels.titus: must be a table: [labels.titus], not a text",
        "labels.purview: no such setting",
    ]


def test_a_whole_number_will_do_for_a_time():
    assert _parse("[watch]\nsettle = 2").watch.settle == 2.0
    assert isinstance(_parse("[watch]\nsettle = 2").watch.settle, float)


@pytest.mark.parametrize(
    ("text", "ceilings"),
    [
        ("", []),
        ('ceiling = "none"', []),
        ("ceiling = []", []),
        ('ceiling = "SECRET"', ["SECRET"]),
        (
            'ceiling = ["SECRET//REL TO USA, GBR", "NATO SECRET", "机密"]',
            ["SECRET//REL TO USA, GBR", "NATO SECRET", "机密"],
        ),
    ],
)
def test_a_ceiling_is_none_a_marking_or_one_a_scheme(text, ceilings):
    assert [str(label) for label in _zone(text).ceilings] == ceilings


def test_a_zone_says_what_counts_and_what_may_stand():
    zone = _zone(
        'suspect = "violation"\nexample = "record"\ndeclassified = "violation"\ntags = ["a", "b"]\nowner = "joe"\n'
        'guidance = "Ask."\nundetermined = "alert"\nequivalents = true'
    )

    assert zone.violating == {Status.MARKED, Status.SUSPECT, Status.DECLASSIFIED}
    assert (zone.tags, zone.owner, zone.guidance) == ({"a", "b"}, "joe", "Ask.")
    assert (zone.undetermined, zone.equivalents) == (Unread.ALERT, True)


def test_a_zone_says_who_may_have_what_and_what_needs_a_marking():
    zone = _zone('severity = "low"\nrequire_marking = true\naudience = "named"\nquiet_hours = ["sat"]')

    assert (zone.severity, zone.require_marking, zone.audience) == (Severity.LOW, True, Audience.NAMED)
    assert zone.quiet_hours == (QuietHours((5,), 0, 24 * 60),)


def test_a_glob_over_a_symbolic_link_is_resolved_up_to_its_first_special_name(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "share").symlink_to(tmp_path / "disk")
    zones = _parse(f'[[zone]]\nname = "z"\npaths = ["{tmp_path}/share/../share/*/public/**"]').zones

    assert zones[0].roots == (f"{tmp_path}/share/*/public", f"{tmp_path.resolve()}/disk/*/public")


def test_everything_can_be_a_root():
    zones = _parse('[[zone]]\nname = "z"\npaths = ["/"]\n[[zone]]\nname = "y"\npaths = ["/*"]').zones

    assert [zone.roots for zone in zones] == [("/",), ("/*",)]


def test_the_default_zone_can_be_changed():
    default = _parse('[default]\nceiling = "SECRET"\nundetermined = "alert"').default

    assert (default.name, default.roots, len(default.ceilings)) == ("default", (), 1)
    assert default.undetermined is Unread.ALERT


def test_a_root_over_a_symbolic_link_matches_by_both_names(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "share").symlink_to(tmp_path / "disk")
    zones = _parse(f'[[zone]]\nname = "z"\npaths = ["{tmp_path}/share/"]').zones

    assert zones[0].roots == (f"{tmp_path}/share", f"{tmp_path.resolve()}/disk")


def test_two_names_of_one_folder_are_one_root(tmp_path):
    (tmp_path / "share").symlink_to(tmp_path / "disk")

    faults = _faults(
        f'[[zone]]\nname = "a"\npaths = ["{tmp_path}/share"]\n[[zone]]\nname = "b"\npaths = ["{tmp_path}/disk"]'
    )
    assert faults == [f'zone[1] (b).paths[0]: "{tmp_path}/disk" is already a root of zone[0] (a)']


_Z = '[[zone]]\nname = "z"\npaths = ["/z"]\n'


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("colour = 1", "colour: no such setting"),
        ("worker = 1", "worker: no such setting (did you mean `workers`?)"),
        ("[watch]\npath = []", "watch.path: no such setting (did you mean `paths`?)"),
        ("[watch]\ncolour = 1", "watch.colour: no such setting"),
        ("[limits]\nsecond = 1", "limits.second: no such setting (did you mean `seconds`?)"),
        ("[rules]\nextras = []", "rules.extras: no such setting (did you mean `extra`?)"),
        ('"a\\u001bb" = 1', r"a\x1bb: no such setting"),
        ("workers = -1", "workers: must not be negative"),
        ('workers = "2"', "workers: must be a whole number, not a text"),
        ("workers = true", "workers: must be a whole number, not true or false"),
        ("workers = 1.5", "workers: must be a whole number, not a number"),
        ("workers = 2026-01-01", "workers: must be a whole number, not a date or time"),
        ("state = 1", "state: must be a text, not a whole number"),
        ('state = "var"', 'state: must be an absolute path, not "var"'),
        ('state = "/a\\u0000"', r'state: must be an absolute path, not "/a\u0000"'),
        ("accept = 1", "accept: must be a list of texts, not a whole number"),
        ("accept = [1]", "accept[0]: must be a text, not a whole number"),
        ('accept = [""]', "accept[0]: is empty"),
        ('limits = "big"', "limits: must be a table: [limits], not a text"),
        ("[limits]\nfile_bytes = -1", "limits.file_bytes: must not be negative"),
        (
            "[limits]\nfile_bytes = 1.5",
            'limits.file_bytes: must be a number of bytes or a size such as "25MB", not a number',
        ),
        (
            '[limits]\nfile_bytes = "x"',
            'limits.file_bytes: must be a number of bytes or a size such as "25MB", not "x"',
        ),
        ('[limits]\nseconds = "x"', 'limits.seconds: must be a number of seconds or a time such as "10s", not "x"'),
        ("[limits]\nseconds = nan", "limits.seconds: must be a number, at least 0"),
        ("[limits]\nseconds = inf", "limits.seconds: must be a number, at least 0"),
        ("[watch]\nreconcile = 0", "watch.reconcile: must be a number, at least 1 second"),
        ('[watch]\nreader = "x"', 'watch.reader: must be one of auto, fanotify, inotify, walk, not "x"'),
        ("[watch]\nsettle = -0.5", "watch.settle: must not be negative"),
        ('[watch]\npaths = ["srv"]', 'watch.paths[0]: must be an absolute path, not "srv"'),
        ('[rules]\nextra = ["./r"]', 'rules.extra[0]: must be an absolute path, not "./r"'),
        ("[[sink]]\npath = 'x'", 'sink[0].kind: missing; write kind = "jsonl" or another kind of sink'),
        (
            "[[sink]]\nkind = 'x'\nto = 2026-01-01",
            "sink[0].to: must be a text, a number, true or false, or a list of texts, not a date or time",
        ),
        ("[zone]\nname = 'x'", "zone: must be written [[zone]], in double brackets"),
        ("zone = 1", "zone: must be written [[zone]], not a whole number"),
        ("zone = [1]", "zone[0]: must be written [[zone]], not a whole number"),
        ("[[zone]]\npaths = ['/a']", "zone[0].name: missing; every zone needs a name that messages can use"),
        ("[[zone]]\nname = 'a'", 'zone[0] (a).paths: missing; write paths = ["/the/folder"]'),
        ("[[zone]]\nname = 'a'\npaths = []", "zone[0] (a).paths: is empty; a zone needs at least one folder"),
        ("[[zone]]\nname = 'a'\npaths = ['b']", 'zone[0] (a).paths[0]: must be an absolute path, not "b"'),
        (
            "[[zone]]\nname = 'a'\npaths = [\"/\\u0000\"]",
            r'zone[0] (a).paths[0]: must be an absolute path, not "/\u0000"',
        ),
        (
            "[[zone]]\nname = 'default'\npaths = ['/b']",
            'zone[0] (default).name: "default" is the name of [default], too',
        ),
        (_Z + 'ceiling = "SEKRET"', 'zone[0] (z).ceiling: not a marking any scheme knows: "SEKRET"'),
        (_Z + 'ceiling = ["SECRET", "x"]', 'zone[0] (z).ceiling[1]: not a marking any scheme knows: "x"'),
        (_Z + 'ceiling = ["none"]', 'zone[0] (z).ceiling[0]: not a marking any scheme knows: "none"'),
        (
            _Z + 'ceiling = ["SECRET", "UNCLASSIFIED"]',
            'zone[0] (z).ceiling[1]: "UNCLASSIFIED" and "SECRET" are both ceilings of the scheme us; keep one',
        ),
        (
            _Z + "ceiling = 4",
            'zone[0] (z).ceiling: must be a marking, a list of markings or "none", not a whole number',
        ),
        (
            _Z + 'undetermined = "alarm"',
            'zone[0] (z).undetermined: must be one of alert, record, not "alarm" (did you mean `alert`?)',
        ),
        (_Z + 'suspect = "x"', 'zone[0] (z).suspect: must be one of record, violation, not "x"'),
        (_Z + "equivalents = 1", "zone[0] (z).equivalents: must be true or false, not a whole number"),
        (
            _Z + 'audience = "all"',
            'zone[0] (z).audience: must be one of everyone, group, named, owner, not "all"',
        ),
        (_Z + "require_marking = 1", "zone[0] (z).require_marking: must be true or false, not a whole number"),
        (
            _Z + 'severity = "hi"',
            'zone[0] (z).severity: must be one of critical, high, info, low, medium, not "hi" (did you mean `high`?)',
        ),
        (_Z + 'severity = ["low"]', "zone[0] (z).severity: must be a text, not a list"),
        (
            "[[zone]]\nname = 'a'\npaths = ['/srv/*/../b']",
            'zone[0] (a).paths[0]: leads back by .. from a name that stands for many: "/srv/*/../b"',
        ),
        (
            _Z + _Z.replace('"z"', '"y"').replace("/z", "/z/**"),
            'zone[1] (y).paths[0]: "/z/**" is already a root of zone[0] (z)',
        ),
        (
            _Z.replace("/z", "/*/z") + _Z.replace('"z"', '"y"').replace("/z", "/*//z/"),
            'zone[1] (y).paths[0]: "/*/z" is already a root of zone[0] (z)',
        ),
        ("[default]\npaths = ['/a']", "default.paths: no such setting"),
        (_Z + _Z.replace("/z", "/y"), 'zone[1] (z).name: "z" is the name of zone[0] (z), too'),
        (_Z + _Z.replace('"z"', '"y"'), 'zone[1] (y).paths[0]: "/z" is already a root of zone[0] (z)'),
        (_Z.replace('"/z"', '"/z", "/z/"'), None),
    ],
)
def test_a_fault_is_named_with_its_key(text, fault):
    if fault is None:
        assert _parse(text).zones[0].roots == ("/z",)
    else:
        assert _faults(text) == [fault]


def test_a_reason_that_is_none_is_named_with_those_there_are():
    (fault,) = _faults('accept = ["pictures"]')

    assert fault.startswith('accept[0]: no such reason: "pictures"; known are changed_while_read, corrupt,')


def test_nothing_at_all_can_be_accepted():
    assert _parse("accept = []").accept == frozenset()


def test_all_faults_come_at_once():
    faults = _faults(
        'workers = -1\ncolour = 1\n[watch]\nsettle = "x"\n[[zone]]\nname = "z"\npaths = ["a"]\nceiling = "y"'
    )

    assert [fault.split(": ")[0] for fault in faults] == [
        *("zone[0] (z).paths[0]", "zone[0] (z).ceiling", "watch.settle", "workers", "colour")
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "version: missing; write version = 1"),
        ("version = 2", "version: 2 is not known to this DocWarden; it reads version = 1"),
        ('version = "1"', "version: must be the whole number 1, not a text"),
        ("version = 1\nx = = 2", "line 2, column 5: not TOML: Invalid value"),
        ("version = 1\nx = [", "line 2: not TOML: Invalid value"),
        ("version = 1\nversion = 1", "line 2: not TOML: Cannot overwrite a value"),
        ("a = " + "[" * 100_000, "not a configuration: nested far too deep"),
        ("a = " + "1" * 10_000, "not a configuration: a number in it is far too long"),
    ],
)
def test_a_file_that_is_no_configuration_is_said_so(text, fault):
    with pytest.raises(ConfigError) as caught:
        parse(text, "d\x1b.toml", _read)

    assert str(caught.value).startswith(r"d\x1b.toml: " + fault)
    assert caught.value.hint


@given(st.text())
def test_no_text_breaks_the_reader(text):
    _survives(text)


def _survives(text: str) -> None:
    with contextlib.suppress(ConfigError):  # and nothing else
        assert isinstance(parse(text, "x", _read), Settings)


_ANYTHING = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "paths", "kind", "x"]), inner),
)
_KEYS = ["version", "zone", "default", "limits", "watch", "rules", "sink", "accept", "state", "workers"]


@given(st.dictionaries(st.sampled_from(_KEYS), _ANYTHING))
def test_no_value_of_any_type_breaks_the_reader(data):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module.tomllib, "loads", lambda _: data)
        _survives("")


def test_the_keys_that_are_written_are_known():
    keys = written_keys('version = 1\nworkers = 2\n[watch]\nsettle = 1\n[[zone]]\nname = "z"')

    assert keys == {"version", "workers", "watch.settle", "zone"}


def _written(tmp_path: Path, data: bytes = b"version = 1\n", mode: int = 0o600) -> Path:
    path = tmp_path / "docwarden.toml"
    path.write_bytes(data)
    path.chmod(mode)
    return path


def test_a_file_is_loaded_and_remembered(tmp_path):
    path = _written(tmp_path, b"\xef\xbb\xbfversion = 1\nworkers = 2\n")

    assert load(path, _read).source == path
    assert load(path, _read).workers == 2


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"version = 1 # \xff", "not UTF-8 text: byte 15"), (b"#" * (1 << 20) + b"#", "over 1,048,576")],
)
def test_a_file_that_is_no_text_is_said_so(tmp_path, data, message):
    with pytest.raises(ConfigError, match=message):
        load(_written(tmp_path, data), _read)


def test_what_is_no_file_is_said_so_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    for path, message in (
        (tmp_path / "pipe", "not a regular file"),
        (tmp_path, "cannot be read: Is a directory"),
        (tmp_path / "no", "cannot be read: No such file"),
    ):
        with pytest.raises(ConfigError, match=message):
            load(path, _read)


def test_a_file_nobody_lets_us_read_names_the_way_out(tmp_path, monkeypatch):
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("scanner.trust.os.open", refuse)

    with pytest.raises(ConfigError, match="Permission denied; DOCWARDEN_CONFIG set to nothing goes without it"):
        load(tmp_path / "x", _read)


@pytest.mark.parametrize(("mode", "change"), [(0o602, "o-w"), (0o622, "g-w,o-w")])
def test_a_file_that_others_may_write_is_refused(tmp_path, monkeypatch, mode, change):
    monkeypatch.setattr("scanner.trust._is_private", lambda _: False)
    path = _written(tmp_path, mode=mode)

    with pytest.raises(ConfigError, match=f"run: chmod {change} {path}"):
        load(path, _read)


def test_a_file_in_a_folder_that_others_may_write_is_refused_unless_it_is_sticky(tmp_path):
    (tmp_path / "open" / "deep").mkdir(parents=True)
    path = _written(tmp_path / "open" / "deep")
    (tmp_path / "open").chmod(0o1777)
    assert load(path, _read) == Settings()
    (tmp_path / "open").chmod(0o777)

    with pytest.raises(ConfigError, match=f"everyone may write it; run: chmod g?-?w?,?o-w {tmp_path}/open$"):
        load(path, _read)


def test_a_link_in_a_folder_that_others_may_write_is_refused(tmp_path):
    path = _written(tmp_path)
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "link.toml").symlink_to(path)
    (tmp_path / "open").chmod(0o777)

    with pytest.raises(ConfigError, match="everyone may write it"):
        load(tmp_path / "open" / "link.toml", _read)


def test_a_file_of_another_user_is_refused(tmp_path, monkeypatch):
    path = _written(tmp_path)
    owner = path.stat().st_uid
    monkeypatch.setattr("os.geteuid", lambda: 4242)
    if owner == 0:
        assert load(path, _read) == Settings()
        os.chown(path, 12345, -1)

    with pytest.raises(ConfigError, match="belongs to user"):
        load(path, _read)


def test_the_group_may_write_where_it_is_the_owners_own(tmp_path, monkeypatch):
    from pwd import getpwuid

    path = _written(tmp_path, mode=0o620)
    monkeypatch.setattr("scanner.trust.pwd.getpwuid", lambda _: _Entry(pw_name="me", pw_gid=path.stat().st_gid))
    monkeypatch.setattr("scanner.trust.grp.getgrgid", lambda _: _Entry(gr_name="me", gr_mem=["me"]))
    assert load(path, _read) == Settings()
    monkeypatch.setattr("scanner.trust.grp.getgrgid", lambda _: _Entry(gr_name="me", gr_mem=["other"]))
    with pytest.raises(ConfigError, match="group"):
        load(path, _read)
    monkeypatch.setattr("scanner.trust.pwd.getpwuid", lambda _: getpwuid(2**31 - 9))
    with pytest.raises(ConfigError, match="chmod g-w"):
        load(path, _read)


class _Entry:
    def __init__(self, **fields: object) -> None:
        self.__dict__.update(fields)


def test_the_configuration_named_wins_over_the_environment_the_system_and_the_user(tmp_path, monkeypatch):
    system, user = tmp_path / "system.toml", tmp_path / "docwarden" / "docwarden.toml"
    monkeypatch.setattr(module, "SYSTEM_CONFIG", system)
    environ = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert find_config(None, environ) is None
    user.parent.mkdir()
    user.touch()
    assert find_config(None, environ) == user
    system.touch()
    assert find_config(None, environ) == system
    assert find_config(None, {**environ, "DOCWARDEN_CONFIG": "/named"}) == Path("/named")
    assert find_config(Path("/given"), {**environ, "DOCWARDEN_CONFIG": "/named"}) == Path("/given")

    assert find_config(None, {**environ, "DOCWARDEN_CONFIG": ""}) is None


def test_a_configuration_that_cannot_be_looked_for_is_not_taken_for_none(monkeypatch):
    def exists(self: Path) -> bool:
        raise PermissionError(13, "Permission denied", self)

    monkeypatch.setattr(Path, "exists", exists)

    assert find_config(None, {}) == module.SYSTEM_CONFIG


@pytest.mark.parametrize(
    ("environ", "path"),
    [
        ({"XDG_CONFIG_HOME": "/x", "HOME": "/h"}, Path("/x/docwarden/docwarden.toml")),
        ({"XDG_CONFIG_HOME": "relative", "HOME": "/h"}, Path("/h/.config/docwarden/docwarden.toml")),
        ({"HOME": "/h"}, Path("/h/.config/docwarden/docwarden.toml")),
        ({}, None),
    ],
)
def test_the_users_configuration_is_where_the_desktop_says(environ, path):
    assert user_config(environ) == path


def test_how_alerts_are_kept_is_set():
    settings = _parse(
        '[alerts]\nkeep = "30d"\nkeep_log = 0\nreporting = "Call 4711."\nheartbeat = "5min"\nreaders = "dw"'
    )

    assert (settings.alerts.keep, settings.alerts.keep_log, settings.alerts.heartbeat) == (30 * 86400.0, 0.0, 300.0)
    assert (settings.alerts.reporting, settings.alerts.readers) == ("Call 4711.", "dw")


def test_alerts_are_not_deleted_before_anybody_has_seen_them():
    with pytest.raises(ConfigError, match=r"alerts\.keep: "):
        _parse('[alerts]\nkeep = "1min"')


def test_walks_and_metrics_are_set():
    settings = _parse('[watch]\nwalk_rate = 0\nio_pressure = 50\n[metrics]\ntextfile = "/m/docwarden.prom"')

    assert (settings.watch.walk_rate, settings.watch.io_pressure) == (0, 50)
    assert settings.metrics.textfile == "/m/docwarden.prom"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('textfile = "docwarden.prom"', "must be an absolute path"),
        ('textfile = "/m/docwarden.txt"', "must end in .prom"),
        ("textfile = 1", "must be a text"),
        ('file = "/m"', "no such setting"),
    ],
)
def test_a_file_for_metrics_that_nobody_would_read_is_refused(text, message):
    with pytest.raises(ConfigError, match=message):
        _parse(f"[metrics]\n{text}")
