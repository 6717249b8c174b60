"""`docwarden config check` warns of what in the zones is perhaps not meant so, and passes the file all the same."""

import os

import pytest

from scanner.cli import main


@pytest.fixture
def check(tmp_path, monkeypatch, capsys):
    """Check a policy; return the exit code and the warnings without the file."""
    for name in [name for name in os.environ if name.startswith("DOCWARDEN_")]:
        monkeypatch.delenv(name)

    def check(text: str) -> tuple[object, list[str]]:
        path = tmp_path / "policy.toml"
        path.write_text("version = 1\n" + text.replace("/srv", str(tmp_path)), encoding="utf-8")
        path.chmod(0o600)
        monkeypatch.setattr("sys.argv", ["docwarden", "config", "check", str(path)])
        with pytest.raises(SystemExit) as end:
            main()
        lines = capsys.readouterr().err.replace(str(tmp_path), "/srv").splitlines()
        told = [line.removeprefix("/srv/policy.toml:") for line in lines if "warning: " in line]
        return end.value.code, [line.lstrip("0123456789: ") for line in told]

    return check


def test_a_sound_policy_has_no_warnings(check):
    zone = '[[zone]]\nname = "z"\npaths = ["/srv/a", "/srv/*/b"]\ntags = ["credentials", "key"]\nseverity = "low"\n'

    assert check(zone + '[watch]\npaths = ["/srv"]') == (0, [])


@pytest.mark.parametrize(
    ("tag", "warning"),
    [
        ("credential", "no rule has the tag credential (did you mean `credentials`?)"),
        ("qqqqq", "no rule has the tag qqqqq; `docwarden rules list` shows all"),
    ],
)
def test_a_tag_that_no_rule_has_is_found_in_every_zone(check, tag, warning):
    zone = f'[[zone]]\nname = "z"\npaths = ["/srv/a"]\ntags = ["{tag}"]\n'

    assert check(zone) == (0, [f"zone[0] (z).tags: warning: {warning}"])
    assert check(f'[default]\ntags = ["{tag}"]') == (0, [f"default.tags: warning: {warning}"])


def test_the_tag_of_rules_that_are_left_out_is_not_known(check):
    text = '[[zone]]\nname = "z"\npaths = ["/srv/a"]\ntags = ["key"]\n[rules]\nexclude = ["private-key"]'

    assert check(text) == (0, [])
    exclude = '"private-key", "private-key-binary", "putty-key", "key-store"'
    rest = [line for line in check(text.replace('"private-key"', exclude))[1] if "no rule has the tag key" not in line]
    assert rest == []


def test_a_tag_whose_rules_may_stand_anyway_has_no_effect(check):
    zone = '[[zone]]\nname = "z"\npaths = ["/srv/a"]\ntags = ["cloud"]\nseverity = "high"\n'
    (warning,) = check(zone.replace("cloud", "card"))[1]

    assert warning.startswith("zone[0] (z).tags: warning: ")
    assert check(zone) == (0, [])


def test_a_zone_that_nobody_watches_is_found(check):
    text = '[[zone]]\nname = "z"\npaths = ["/srv/a"]\n[watch]\npaths = ["{0}"]'

    assert check(text.format("/srv/b")) == (
        0,
        ["zone[0] (z).paths: warning: no watched folder has anything of it: only `docwarden scan` looks there"],
    )
    for watched in ("/srv", "/srv/a", "/srv/a/b"):
        assert check(text.format(watched)) == (0, [])


def test_what_goes_against_itself_is_told_with_its_key(check):
    outer = '[[zone]]\nname = "outer"\npaths = ["/srv/a"]\naudience = "group"\nceiling = "CUI"\n'
    inner = '[[zone]]\nname = "inner"\npaths = ["/srv/a/*/b"]\nceiling = "SECRET"\n'
    other = '[[zone]]\nname = "other"\npaths = ["/srv/a/b/*"]\nrequire_marking = true\naudience = "owner"\n'

    assert [line.split("warning")[0] for line in check(outer + inner + other)[1]] == [
        *("zone[1] (inner).audience: ", "zone[2] (other).require_marking: ", "zone[2] (other).paths: ")
    ]
