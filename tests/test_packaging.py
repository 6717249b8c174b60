"""What ships is what stands in the checkout."""

import configparser
from pathlib import Path

from scanner.resources import bundled, rule_sources

_ROOT = Path(__file__).parents[1]


def _setup() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(_ROOT / "setup.cfg")
    return parser


def test_every_package_is_listed_for_the_wheel():
    listed = set(_setup()["options"]["packages"].split())
    folders = {".".join(path.parent.relative_to(_ROOT).parts) for path in (_ROOT / "scanner").rglob("__init__.py")}

    assert listed == folders | {"scanner.rules", "scanner.config"}


def test_no_module_hides_the_data_folders():
    assert not (_ROOT / "scanner" / "rules.py").exists()
    assert not (_ROOT / "scanner" / "config.py").exists()


def test_the_shipped_rules_are_found():
    names = [source.name for source in rule_sources()]

    assert any(name.startswith("rules/markings/") for name in names)
    assert any(name.startswith("rules/yara/") for name in names)
    assert bundled("config").joinpath("default.toml").is_file()


def test_every_module_opens_with_one_sentence_and_stays_short():
    for path in (_ROOT / "scanner").rglob("*.py"):
        text = path.read_text(encoding="utf-8")

        assert text.startswith('"""'), path
        assert text.count("\n") <= 300, path
