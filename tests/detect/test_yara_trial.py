"""Rules of others are given up on when compiling them does not end, and the file is named."""

import time

import pytest

from scanner.detect import yara_trial
from scanner.detect.yara_compile import compile_faults
from scanner.detect.yara_source import yara_files
from scanner.detect.yara_trial import trial_faults
from scanner.resources import RuleSource

_SLOW = "rule slow { strings: " + " ".join(f'$ = "a{n:04}" xor' for n in range(4000)) + " condition: any of them }"
_LARGE = "\n".join(f'rule r{n} {{ strings: $a = "abcdefgh{n}" condition: $a }}' for n in range(500))


def test_rules_that_compile_in_time_have_no_fault():
    assert trial_faults({"a.yar": _LARGE, "b.yar": "rule broken {" + " " * 3000}) == ()


def test_a_file_that_takes_too_long_is_named_and_ended():
    started = time.monotonic()
    (fault,) = trial_faults({"slow.yar": _SLOW, "fine.yar": _LARGE}, seconds=1.0)

    assert time.monotonic() - started < 10
    assert str(fault).startswith("slow.yar: takes over 1 s to compile; use fewer texts with `xor`")


def test_a_compiler_that_breaks_is_told_of(monkeypatch):
    monkeypatch.setattr(yara_trial, "_run", lambda *_: (2, "breaks"))
    (fault,) = trial_faults({"a.yar": _LARGE, "b.yar": ""})

    assert str(fault).startswith("a.yar: breaks together with the others")


def test_what_does_not_end_elsewhere_is_not_begun_here(monkeypatch):
    monkeypatch.setattr(yara_trial.trial_faults, "__defaults__", (0.5,))
    started = time.monotonic()
    faults = compile_faults([RuleSource("rules/x.yar", "rule x { condition: false }"), RuleSource("slow.yar", _SLOW)])

    assert [fault.file for fault in faults] == ["slow.yar"]
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("unit", ["/* ", '"\\"', "/\\/", '"', "rule a { ", "import ", "{", '$a = "x" '])
def test_a_source_is_read_in_a_time_that_grows_with_its_length(unit):
    started = time.process_time()
    yara_files([RuleSource("a.yar", unit * (200_000 // len(unit)))])

    assert time.process_time() - started < 10


def test_many_rules_are_blanked_out_in_a_time_that_grows_with_their_length():
    (file,) = yara_files([RuleSource("a.yar", "\n".join(f"rule r{n} {{ condition: true }}" for n in range(5_000)))])
    started = time.process_time()
    text = file.without(rule.name for rule in file.rules[1:])

    assert time.process_time() - started < 2
    assert text.split() == ["rule", "r0", "{", "condition:", "true", "}"]
    assert text.count("\n") == 4_999
