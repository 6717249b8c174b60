"""The filter, run step by step as the kernel would: what a parser needs passes, all else does not."""

import errno
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.worker.sandbox import _kernel, seccomp

_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_PID = 4242
_MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


@pytest.fixture(params=sorted(_MACHINES))
def machine(request, monkeypatch) -> str:
    monkeypatch.setattr(_kernel, "machine", lambda: request.param)
    return request.param


def _decided(machine: str, call: int, *arguments: int, architecture: int | None = None) -> int:
    """Return what the filter answers, as the kernel's interpreter of these programs works."""
    given_ = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    data = struct.pack("=iIQ6Q", call, architecture or _MACHINES[machine], 0, *given_)
    steps = seccomp.program(_PID, machine)
    at = word = 0
    while True:
        code, yes, no, value = steps[at]
        at += 1
        if code == 0x20:
            (word,) = struct.unpack_from("=I", data, value)
        elif code == 0x06:
            return value
        else:
            holds = {0x15: word == value, 0x35: word >= value, 0x45: bool(word & value)}[code]
            at += yes if holds else no


def _number(name: str) -> int:
    number = _kernel.number(name)
    assert number is not None
    return number


@pytest.mark.parametrize("name", ["read", "pread64", "munmap", "futex", "exit_group", "recvmsg", "sendto", "setitimer"])
def test_what_reading_takes_is_allowed(machine, name):
    assert _decided(machine, _number(name)) == _ALLOW


@pytest.mark.parametrize("name", ["clone", "chroot", "unshare", "capset", "seccomp", "landlock_create_ruleset"])
def test_what_no_parser_does_ends_it(machine, name):
    assert _decided(machine, _number(name)) == _KILL


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("openat", errno.EACCES),
        ("openat2", errno.EACCES),
        ("statx", errno.EACCES),
        ("readlinkat", errno.EACCES),
        ("ioctl", errno.ENOTTY),
        ("mlock", errno.EPERM),
        ("clone3", errno.ENOSYS),
    ],
)
def test_what_libraries_try_and_do_without_is_refused(machine, name, code):
    assert _decided(machine, _number(name)) == 0x50000 | code


@pytest.mark.parametrize("name", ["mmap", "mprotect"])
def test_memory_is_given_but_never_to_be_run(machine, name):
    assert _decided(machine, _number(name), 0, 4096, 3) == _ALLOW
    assert _decided(machine, _number(name), 0, 4096, 7) == 0x50000 | errno.EPERM


def test_no_name_is_looked_at_not_even_by_the_way_of_a_descriptor(machine):
    assert _decided(machine, _number("fstat"), 5) == _ALLOW
    assert _decided(machine, _number("newfstatat"), 5, 0, 0, 0x1000) == 0x50000 | errno.EACCES
    assert _decided(machine, _number("newfstatat"), -100 & 0xFFFFFFFF, 0, 0, 0) == 0x50000 | errno.EACCES


@pytest.mark.parametrize("command", [4, 6, 7, 9, 1024, 1033])
def test_locks_leases_and_flags_of_a_users_file_are_out_of_reach(machine, command):
    assert _decided(machine, _number("fcntl"), 5, command) == _KILL
    assert _decided(machine, _number("fcntl"), 5, 3) == _ALLOW


def test_a_process_signals_none_but_itself(machine):
    assert _decided(machine, _number("tgkill"), _PID, _PID, 6) == _ALLOW
    assert _decided(machine, _number("tgkill"), _PID + 1, _PID + 1, 6) == _KILL


def test_limits_can_be_asked_for_and_not_set(machine):
    assert _decided(machine, _number("prlimit64"), 0, 7, 0, 1 << 40) == _ALLOW
    assert _decided(machine, _number("prlimit64"), 0, 7, 1 << 40, 0) == _KILL
    assert _decided(machine, _number("prlimit64"), 0, 7, 1, 0) == _KILL


def test_calls_of_another_architecture_end_the_process(machine):
    assert _decided(machine, _number("read"), architecture=0x40000003) == _KILL


def test_calls_numbered_as_for_x32_end_the_process(monkeypatch):
    monkeypatch.setattr(_kernel, "machine", lambda: "x86_64")

    assert _decided("x86_64", 0x40000000) == _KILL


@given(
    number=st.integers(min_value=0, max_value=0x3FFFFFFF), arguments=st.lists(st.integers(0, (1 << 64) - 1), max_size=6)
)
def test_a_call_that_is_not_listed_is_never_allowed(number, arguments):
    machine = "x86_64"
    listed = {seen for name in _kernel._NUMBERS if (seen := _kernel._NUMBERS[name][0]) >= 0}

    decided = _decided(machine, number, *arguments)

    assert decided == _KILL or number in listed
    assert decided in {_ALLOW, _KILL} or decided & 0xFFFF0000 == 0x50000


def test_no_jump_is_longer_than_a_step_can_say(machine):
    assert all(yes <= 255 and no <= 255 for _, yes, no, _ in seccomp.program(_PID, machine))


def test_a_machine_whose_calls_are_not_known_has_no_filter(monkeypatch):
    monkeypatch.setattr(_kernel, "machine", lambda: "")

    with pytest.raises(OSError, match="no filter"):
        seccomp.close(1)
    with pytest.raises(OSError, match="not implemented"):
        _kernel.call("seccomp", 0, 0, 0)
