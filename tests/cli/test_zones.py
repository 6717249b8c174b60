"""`docwarden zones`, from the outside."""

import json
import os

import pytest

from scanner.cli import main

_POLICY = """\
version = 1

[[zone]]
name    = "share"
paths   = ["{0}/share"]

[[zone]]
name         = "public"
paths        = ["{0}/share/public", "{0}/www"]
ceiling      = "UNCLASSIFIED"
owner        = "press@corp.example"
guidance     = "Tell the desk."
undetermined = "alert"
suspect      = "violation"

[[zone]]
name        = "alpha"
paths       = ["{0}/alpha"]
ceiling     = ["SECRET//REL TO USA, GBR", "NATO SECRET"]
tags        = ["source-code", "credentials"]
equivalents = true

[[zone]]
name    = "vault"
paths   = ["{0}/vault"]
ceiling = "TOP SECRET//SI//NOFORN"
"""


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run `docwarden zones` under the policy above; return the exit code and both outputs."""
    path = tmp_path / "policy.toml"
    path.write_text(_POLICY.format(tmp_path.resolve()), encoding="utf-8")
    path.chmod(0o600)
    monkeypatch.setenv("DOCWARDEN_CONFIG", str(path))

    def run(*arguments: object) -> tuple[object, str, str]:
        monkeypatch.setattr("sys.argv", ["docwarden", "zones", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code, *capsys.readouterr()

    return run


def test_list_shows_every_zone_and_the_default_last(run, tmp_path):
    code, out, _ = run("list")
    rows = [line.split("\t") for line in out.splitlines()]

    assert code == 0
    assert [row[0] for row in rows] == ["ZONE", "share", "public", "alpha", "vault", "default"]
    assert rows[2][1:] == [
        f"{tmp_path}/share/public, {tmp_path}/www",
        "UNCLASSIFIED (us)",
        "",
        "press@corp.example",
        "",
        "",
        "",
    ]
    assert rows[3][2:4] == ["SECRET//REL TO USA, GBR (us), NATO SECRET (nato)", "credentials, source-code"]
    assert rows[5][1:3] == ["everywhere else", "none"]


def test_list_as_json(run, tmp_path):
    zones = json.loads(run("list", "-f", "json")[1])["zones"]

    assert [zone["zone"] for zone in zones] == ["share", "public", "alpha", "vault", "default"]
    assert zones[1] == {
        "zone": "public",
        "paths": [f"{tmp_path}/share/public", f"{tmp_path}/www"],
        "ceilings": [{"scheme": "us", "label": "UNCLASSIFIED"}],
        "tags": [],
        "severity": "info",
        "require_marking": False,
        "audience": "everyone",
        "quiet_hours": [],
        "owner": "press@corp.example",
        "guidance": "Tell the desk.",
        "undetermined": "alert",
        "violating": ["marked", "suspect"],
        "equivalents": False,
        "equivalence": [],
    }


def test_explain_names_the_root_that_decided_and_the_shorter_ones(run, tmp_path):
    code, out, _ = run("explain", tmp_path / "share" / "public" / "a.docx")

    assert code == 0
    assert out.splitlines() == [
        f"{tmp_path}/share/public/a.docx",
        f"  zone          public, for it stands under {tmp_path}/share/public",
        f"                (it stands under {tmp_path}/share of the zone share, too, but that is a shorter path)",
        "  ceiling       UNCLASSIFIED (us)",
        "  may stand     what is public or unclassified and has no caveat, in any scheme",
        "                of the scheme us: UNCLASSIFIED and lower, without compartments and caveats",
        "  violation     everything else that is marked or suspect",
        "  not readable  what cannot be read in full alerts",
        "  owner         press@corp.example",
        "  what next     Tell the desk.",
    ]


def test_explain_says_what_each_ceiling_lets_through(run, tmp_path):
    alpha, vault = run("explain", tmp_path / "alpha")[1], run("explain", tmp_path / "vault")[1]

    assert "us: SECRET and lower, with no compartments or caveats but FOUO, and released to GBR, USA at least" in alpha
    assert "of the scheme nato: NATO SECRET and lower, without" in alpha
    assert "of schemes without a ceiling here, on the axis national only: rank 4 (secret) and lower, without" in alpha
    assert "what YARA rules with one of these tags find: credentials, source-code" in alpha
    assert "is recorded, without an alert" in alpha
    assert "TOP SECRET and lower, with no compartments or caveats but DISPLAY ONLY, FOUO, NOFORN, RELIDO, SI" in vault


def test_explain_says_what_levels_count_as_by_the_operators_word(run, tmp_path):
    """The share stands for what is compared: what compares with nothing there lets nothing of other schemes in."""
    zone = f'[[zone]]\nname = "z"\npaths = ["{tmp_path}"]\nceiling = ["NATO SECRET", "TLP:AMBER", "de:GEHEIM"]\n'
    equivalence = (
        '[equivalence]\n"de:GEHEIM" = "none"\n"uk:SECRET" = "NATO CONFIDENTIAL"\n"tlp:TLP:RED" = "NATO SECRET"\n'
    )
    (tmp_path / "policy.toml").write_text(f"version = 1\n{equivalence}{zone}equivalents = true\n", encoding="utf-8")
    out = run("explain", tmp_path / "a")[1]
    data = json.loads(run("explain", tmp_path / "a", "-f", "json")[1])

    assert "on the axis national only: rank 4 (secret) and lower" in out
    assert "on the axis audience only: rank 2 (restricted) and lower" in out
    assert "of other schemes: nothing for GEHEIM (de), which compares with none here" in out
    assert "there SECRET (uk) counts as NATO CONFIDENTIAL (nato)" in out
    assert "there GEHEIM (de) counts as nothing, it compares with no other scheme" in out
    assert data["equivalence"] == [
        {"level": "de:GEHEIM", "counts_as": None},
        {"level": "uk:SECRET", "counts_as": "nato:NATO CONFIDENTIAL"},
        {"level": "tlp:TLP:RED", "counts_as": "nato:NATO SECRET"},
    ]


def test_explain_says_that_no_zone_matched(run):
    code, out, _ = run("explain", "/elsewhere/a.docx")

    assert code == 0
    assert "default, for it stands under the folder of no other zone" in out
    assert "owner         nobody is named" in out


def test_explain_takes_a_path_as_the_shell_would(run, tmp_path, monkeypatch):
    (tmp_path / "share").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "share")
    monkeypatch.chdir(tmp_path)
    for path in ("share/../share/a", "link/a", "./share/a"):
        data = json.loads(run("explain", path, "-f", "json")[1])

        assert (data["zone"], data["path"]) == ("share", f"{tmp_path}/share/a")
        assert data["matched"] == [{"root": f"{tmp_path}/share", "folder": f"{tmp_path}/share", "zone": "share"}]


def test_explain_shows_no_raw_control_characters(run, tmp_path):
    name = os.fsdecode(b"caf\xe9\x1b[2J\n")
    _, out, _ = run("explain", str(tmp_path / name))
    data = json.loads(run("explain", str(tmp_path / name), "-f", "json")[1])

    assert r"caf\xe9\x1b[2J\n" in out.splitlines()[0]
    assert data["path"] == str(tmp_path / name)


def test_a_broken_policy_is_named_and_nothing_is_explained(run, tmp_path):
    (tmp_path / "policy.toml").write_text("version = 1\ncolour = 1")
    code, out, err = run("explain", "/")

    assert (code, out) == (2, "")
    assert "colour: no such setting" in err


def test_a_policy_named_on_the_command_line_wins(run, tmp_path):
    other = tmp_path / "other.toml"
    other.write_text("version = 1\n")
    other.chmod(0o600)

    assert json.loads(run("list", "-c", other, "-f", "json")[1])["zones"][0]["zone"] == "default"


def test_a_terminal_gets_a_table(run, monkeypatch):
    monkeypatch.setattr("scanner.cli._table.sys.stdout.isatty", lambda: True)
    out = run("list")[1]

    assert "\t" not in out
    assert "everywhere else" in out


def test_explain_takes_several_paths(run, tmp_path):
    out = run("explain", tmp_path / "alpha", "/elsewhere")[1]
    data = json.loads(run("explain", tmp_path / "alpha", "/elsewhere", "-f", "json")[1])

    assert [line for line in out.splitlines() if not line.startswith(" ")] == [f"{tmp_path}/alpha", "/elsewhere"]
    assert [place["zone"] for place in data["paths"]] == ["alpha", "default"]
    assert run("explain")[0] == 2


def test_explain_breaks_no_word_on_a_terminal(run, tmp_path, monkeypatch):
    plain = run("explain", tmp_path / "alpha")[1]
    monkeypatch.setattr("scanner.cli._wrap.sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    lines = run("explain", tmp_path / "alpha")[1].splitlines()

    assert all(len(line) <= 80 for line in lines if str(tmp_path) not in line)
    assert " ".join(" ".join(lines).split()) == " ".join(plain.split())
    assert len(lines) > len(plain.splitlines())


_STRICT = """\
version = 1
[[zone]]
name            = "teams"
paths           = ["{0}/team-*", "{0}/**/board"]
ceiling         = "SECRET"
severity        = "low"
require_marking = true
audience        = "group"
quiet_hours     = ["sat", "22:00-06:00"]
[[zone]]
name  = "outer"
paths = ["{0}"]
[[zone]]
name  = "teams-too"
paths = ["{0}/*"]
"""


@pytest.fixture
def strict(run, tmp_path):
    (tmp_path / "policy.toml").write_text(_STRICT.format(tmp_path.resolve()), encoding="utf-8")
    return run


def test_list_shows_audience_marking_and_quiet_and_a_terminal_only_what_some_zone_has(strict, monkeypatch):
    rows = [line.split("\t") for line in strict("list")[1].splitlines()]

    assert rows[0][5:] == ["AUDIENCE", "MARKING", "QUIET"]
    assert [row[5:] for row in rows[1:3]] == [["group", "required", "sat, 22:00-06:00"], ["", "", ""]]
    monkeypatch.setattr("scanner.cli._table.sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "400")
    head = strict("list")[1].splitlines()[0]
    assert ("AUDIENCE" in head, "OWNER" in head, "ALLOWED" in head) == (True, False, False)


def test_list_breaks_no_word_on_a_narrow_terminal(strict, tmp_path, monkeypatch):
    monkeypatch.setattr("scanner.cli._table.sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    lines = strict("list")[1].splitlines()

    assert [line for line in lines if not line.startswith(" ")] == ["teams", "outer", "teams-too", "default"]
    assert "  audience  group" in lines
    assert {f"{tmp_path}/team-*,", f"{tmp_path}/**/board"} <= set(" ".join(lines).split())


def test_explain_says_which_glob_stands_for_which_folder(strict, tmp_path):
    lines = strict("explain", tmp_path / "team-a" / "x" / "board" / "y")[1].splitlines()
    too = "too, but that is a shorter path)"

    assert [line.strip() for line in lines[1:5]] == [
        f"zone          teams, for it stands under {tmp_path}/team-a/x/board, one of {tmp_path}/**/board",
        f"(it stands under {tmp_path}/team-a, one of {tmp_path}/team-* of the zone teams, {too}",
        f"(it stands under {tmp_path}/team-a, one of {tmp_path}/* of the zone teams-too, {too}",
        f"(it stands under {tmp_path} of the zone outer, {too}",
    ]
    again = strict("explain", tmp_path / "team-a" / "y")[1]

    assert "teams-too, too, but the other has more names written out, or comes first)" in again


def test_explain_says_what_is_asked_for_and_when_nobody_is_told(strict, tmp_path):
    out = strict("explain", tmp_path / "team-a")[1]

    assert "what YARA rules of severity low or less find" in out
    assert "a document without a marking or electronic label, where it could be read; with severity low" in out
    assert "audience      a marked file is for its owner and its group" in out
    assert "no folder above it, no share, no list of NFSv4 or SMB" in out
    assert "but a document without a marking in what could be read alerts" in out
    assert "quiet         sat, 22:00-06:00, local time: recorded at once, told when that is over" in out


@pytest.mark.parametrize(
    ("mode", "said", "exceeds"),
    [
        (0o644, "everybody may read and its group may read (mode 0644): more than a marked file here may give", True),
        (0o640, "its group may read (mode 0640): no more than a marked file here may give", False),
        (0o600, "nobody else may read or change (mode 0600): no more than a marked file here may give", False),
    ],
)
def test_explain_holds_the_permissions_of_a_file_against_the_audience(strict, tmp_path, mode, said, exceeds):
    (tmp_path / "team-a").mkdir()
    (tmp_path / "team-a" / "f").touch(mode=mode)
    (tmp_path / "team-a" / "f").chmod(mode)
    data = json.loads(strict("explain", tmp_path / "team-a" / "f", "-f", "json")[1])

    assert f"  this file     {said}" in strict("explain", tmp_path / "team-a" / "f")[1].splitlines()
    assert (data["exposure"]["exceeds"], data["exposure"]["mode"]) == (exceeds, f"{mode:04o}")
    assert "this file" not in strict("explain", tmp_path / "team-a")[1]


def test_explain_says_nothing_of_permissions_where_anybody_may_have_a_file(run, tmp_path):
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "f").touch()

    assert "this file" not in run("explain", tmp_path / "share" / "f")[1]


def test_a_file_in_the_tree_makes_no_zone(run, tmp_path):
    """Whatever stands in a scanned tree, be it called as a configuration is, decides nothing."""
    (tmp_path / "share").mkdir()
    before = run("explain", tmp_path / "share" / "a")
    for name in ("docwarden.toml", ".docwarden.toml", "zone"):
        (tmp_path / "share" / name).write_text(f'version = 1\n[[zone]]\nname = "x"\npaths = ["{tmp_path}/share/a"]\n')

    assert run("explain", tmp_path / "share" / "a") == before
