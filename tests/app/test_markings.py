"""The markings of a configuration are read by its own schemes whatever else is wrong in it."""

import pytest

from scanner.app import settings_from
from scanner.errors import ConfigError

_SCHEME = """
[scheme]
id = "acme"
title = "ACME labels"
source = "ACME policy 7"

[[level]]
id = "open"
name = "ACME OPEN"
order = 0
rank = 0
strength = "distinct"

[[level]]
id = "closed"
name = "ACME CLOSED"
order = 1
rank = 3
strength = "distinct"

[[example]]
text = "ACME CLOSED"
label = "ACME CLOSED"

[[counterexample]]
text = "The acme closed at noon."
why = "prose"
"""


@pytest.fixture
def config(tmp_path):
    rules = tmp_path / "rules"
    rules.mkdir()

    def written(ceiling: str, more: str = "", scheme: str = _SCHEME):
        file = rules / "acme.toml"
        file.write_text(scheme, encoding="utf-8")
        path = tmp_path / "docwarden.toml"
        path.write_text(
            f'version = 1\n{more}\n[[zone]]\nname = "z"\npaths = ["{tmp_path}"]\nceiling = "{ceiling}"\n'
            f'[rules]\nextra = ["{rules}"]\n',
            encoding="utf-8",
        )
        for one in (path, file):
            one.chmod(0o600)
        return path

    return written


def _faults(path) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        settings_from(path, {})
    return [f"{fault.key}: {fault.message}" for fault in raised.value.faults]


def test_a_ceiling_of_ones_own_scheme_is_none_of_the_faults_when_something_else_is_wrong(config):
    assert settings_from(config("ACME CLOSED"), {}).zones[0].ceilings
    faults = _faults(config("ACME CLOSED", more="wrokers = 3"))

    assert len(faults) == 1
    assert faults[0].startswith("wrokers: ")


def test_a_misspelt_ceiling_is_told_with_what_may_be_meant(config):
    assert _faults(config("ACME CLOSD")) == [
        'zone[0] (z).ceiling: not a marking any scheme knows: "ACME CLOSD"; did you mean ACME CLOSED?'
    ]
    assert _faults(config("Secrte"))[0].endswith("; did you mean Secret?")
    assert _faults(config("qqqqqqqq"))[0].endswith('knows: "qqqqqqqq"')


def test_where_ones_own_scheme_is_faulty_its_ceilings_are_not_judged_and_that_is_told(config):
    faults = _faults(config("ACME CLOSED", more="wrokers = 3", scheme=_SCHEME.replace("rank = 3", "rank = 'x'")))

    assert not any("not a marking" in fault for fault in faults)
    assert any("rank" in fault for fault in faults)
    assert faults[-1].startswith('rules.extra: has faults, so that nobody can tell whether these are markings: "ACME')


def test_a_faulty_scheme_alone_is_told_with_what_it_keeps_from_being_judged(config):
    faults = _faults(config("ACME CLOSED", scheme=_SCHEME.replace("rank = 3", "rank = 'x'")))

    assert faults[-1].startswith("rules.extra: has faults")
