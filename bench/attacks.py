"""Attacks the sandbox from inside, with sixty attempts: `python -m bench.attacks`, as root and as an ordinary user.

Each attempt runs in a child of a warden that shut itself in as the shipped one does. What counts is what the attacker
got: a file, a packet, a process, memory that runs. As root the whole run is repeated as an ordinary user in a process
of its own (`--as UID` does only that). With `--open` the attempts run without any sandbox: it shows that they would
work. Exits with 1 when an attempt succeeds inside the sandbox.
"""

import _thread
import argparse
import contextlib
import ctypes
import errno
import fcntl
import mmap
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scanner.worker.sandbox import _kernel, enclose

_SUCCEEDED, _DENIED, _NOTHING = 23, 24, 25
_MEMORY = 1 << 30
_ANSWER = 8 << 20
_ORDINARY = 65533


@dataclass(frozen=True, slots=True)
class _Target:
    """What is attacked: the document that was handed over, and the processes around."""

    document: int
    line: int
    warden: int
    agent: int
    sibling: int


_Attempt = Callable[[_Target], object]
_attempts: dict[str, _Attempt] = {}


def _attempt(name: str) -> Callable[[_Attempt], _Attempt]:
    def add(function: _Attempt) -> _Attempt:
        _attempts[name] = function
        return function

    return add


def _raw(number: int, *arguments: object) -> int:
    """Make a system call by its x86_64 number; on other machines by the same name where it has a different one."""
    return _kernel.checked(_kernel.libc().syscall(ctypes.c_long(number), *arguments), str(number))


def _opens(name: str, flags: int = os.O_RDONLY) -> _Attempt:
    def attempt(_: _Target) -> None:
        os.close(os.open(name, flags))

    return attempt


for _name, _path, _flags in (
    ("read /etc/passwd", "/etc/passwd", os.O_RDONLY),
    ("read /etc/shadow", "/etc/shadow", os.O_RDONLY),
    ("read the kernel's view of itself", "/proc/self/status", os.O_RDONLY),
    ("list the root folder and find something", "/etc", os.O_RDONLY | os.O_DIRECTORY),
    ("open a path without reading it", "/usr", getattr(os, "O_PATH", 0)),
    ("write a file in /tmp", "/tmp/docwarden-attack", os.O_WRONLY | os.O_CREAT),  # noqa: S108 - the point
    ("write a file in its own root", "/docwarden-attack", os.O_WRONLY | os.O_CREAT),
    ("make a file without a name", "/", os.O_RDWR | getattr(os, "O_TMPFILE", 0)),
    ("open the memory device", "/dev/mem", os.O_RDWR),
    ("open the terminal", "/dev/tty", os.O_RDWR),
):
    _attempts[_name] = _opens(_path, _flags)


@_attempt("read the agent's memory")
def _(target: _Target) -> None:
    os.close(os.open(f"/proc/{target.agent}/mem", os.O_RDWR))


@_attempt("open the document again for writing")
def _(target: _Target) -> None:
    os.close(os.open(f"/proc/self/fd/{target.document}", os.O_RDWR))


@_attempt("tell whether a file exists")
def _(_: _Target) -> None:
    Path("/etc/passwd").stat()


@_attempt("tell the size of a file by the way of fstat")
def _(_: _Target) -> None:
    if _kernel.machine() != "x86_64":
        raise PermissionError
    found = ctypes.create_string_buffer(256)
    _raw(262, -100, b"/etc/passwd", found, 0x1000)


@_attempt("climb out of the root folder")
def _(_: _Target) -> None:
    os.chdir("..")
    os.close(os.open("../../../etc/passwd", os.O_RDONLY))


@_attempt("change the root folder again")
def _(_: _Target) -> None:
    os.chroot(".")


@_attempt("mount something")
def _(_: _Target) -> None:
    _kernel.checked(_kernel.libc().mount(b"none", b"/", b"tmpfs", 0, None), "mount")


@_attempt("write to the document")
def _(target: _Target) -> None:
    os.write(target.document, b"x")


@_attempt("cut the document")
def _(target: _Target) -> None:
    os.ftruncate(target.document, 0)


@_attempt("change the mode of the document")
def _(target: _Target) -> None:
    os.fchmod(target.document, 0o777)


@_attempt("lock the document")
def _(target: _Target) -> None:
    fcntl.flock(target.document, fcntl.LOCK_EX | fcntl.LOCK_NB)


@_attempt("take a lease on the document")
def _(target: _Target) -> None:
    fcntl.fcntl(target.document, 1024, fcntl.F_RDLCK)


@_attempt("map the document for writing")
def _(target: _Target) -> None:
    mmap.mmap(target.document, 1, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)


@_attempt("connect over TCP")
def _(_: _Target) -> None:
    with socket.socket() as other, contextlib.suppress(ConnectionRefusedError):
        other.connect(("127.0.0.1", 9))


@_attempt("send over UDP")
def _(_: _Target) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.sendto(b"secret", ("127.0.0.1", 9))


@_attempt("send over UDP of the sixth version")
def _(_: _Target) -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as other:
        other.sendto(b"secret", ("::1", 9))


@_attempt("open a raw socket")
def _(_: _Target) -> None:
    socket.socket(socket.AF_INET, socket.SOCK_RAW, 1).close()


@_attempt("talk to the kernel over netlink")
def _(_: _Target) -> None:
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).close()


@_attempt("reach an abstract socket")
def _(_: _Target) -> None:
    with socket.socket(socket.AF_UNIX) as other, contextlib.suppress(ConnectionRefusedError):
        other.connect("\0docwarden-attack")


@_attempt("listen on a port")
def _(_: _Target) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()


@_attempt("make a pair of sockets to hide behind")
def _(_: _Target) -> None:
    for one in socket.socketpair():
        one.close()


@_attempt("set up io_uring")
def _(_: _Target) -> None:
    _raw(425, 4, ctypes.create_string_buffer(120))


@_attempt("run a program")
def _(_: _Target) -> None:
    os.execv(sys.executable, [sys.executable, "-c", f"import os; os._exit({_SUCCEEDED})"])  # noqa: S606 - the point


@_attempt("run a program from memory")
def _(_: _Target) -> None:
    fd = os.memfd_create("attack")
    os.write(fd, Path(sys.executable).read_bytes())
    os.execve(fd, [sys.executable, "-c", f"import os; os._exit({_SUCCEEDED})"], {})  # noqa: S606 - the point


@_attempt("fork")
def _(_: _Target) -> None:
    if os.fork() == 0:
        os._exit(0)


@_attempt("fork without end")
def _(_: _Target) -> None:
    for _number in range(200):
        if os.fork() == 0:
            time.sleep(0.2)
            os._exit(0)


@_attempt("start a thread")
def _(_: _Target) -> None:
    _thread.start_new_thread(time.sleep, (0,))
    time.sleep(0.05)


@_attempt("signal the warden")
def _(target: _Target) -> None:
    os.kill(target.warden, 0)


@_attempt("kill the agent")
def _(target: _Target) -> None:
    os.kill(target.agent, signal.SIGURG)


@_attempt("kill a sibling")
def _(target: _Target) -> None:
    os.kill(target.sibling, signal.SIGURG)


@_attempt("signal whoever can be reached")
def _(_: _Target) -> None:
    os.kill(-1, 0)


@_attempt("trace a sibling")
def _(target: _Target) -> None:
    _kernel.checked(_kernel.libc().ptrace(0x4206, target.sibling, 0, 0), "ptrace")


@_attempt("be traced")
def _(_: _Target) -> None:
    _kernel.checked(_kernel.libc().ptrace(0, 0, 0, 0), "ptrace")


@_attempt("read a sibling's memory")
def _(target: _Target) -> None:
    there = ctypes.create_string_buffer(64)
    word = (ctypes.c_void_p * 2)(ctypes.addressof(there), 8)
    _kernel.checked(_kernel.libc().process_vm_readv(target.sibling, word, 1, word, 1, 0), "process_vm_readv")


@_attempt("take a descriptor of the agent")
def _(target: _Target) -> None:
    agent = _raw(434, target.agent, 0)
    _raw(438, agent, 0, 0)


@_attempt("become root")
def _(_: _Target) -> None:
    if os.getuid() == 0:
        raise PermissionError
    os.setuid(0)


@_attempt("make a user namespace")
def _(_: _Target) -> None:
    _kernel.checked(_kernel.libc().unshare(0x10000000), "unshare")


@_attempt("raise a limit")
def _(_: _Target) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (1 << 16, 1 << 16))


@_attempt("make memory that runs")
def _(_: _Target) -> None:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()


@_attempt("make memory run afterwards")
def _(_: _Target) -> None:
    room = mmap.mmap(-1, 4096)
    there = ctypes.addressof(ctypes.c_char.from_buffer(room))
    _kernel.checked(_kernel.libc().mprotect(ctypes.c_void_p(there), 4096, 7), "mprotect")


@_attempt("load a library")
def _(_: _Target) -> None:
    ctypes.CDLL("libutil.so.1")


@_attempt("set the clock")
def _(_: _Target) -> None:
    time.clock_settime(time.CLOCK_REALTIME, time.time())


@_attempt("use the kernel's keyring")
def _(_: _Target) -> None:
    _raw(250, 0, -3, 1)


@_attempt("load a program into the kernel")
def _(_: _Target) -> None:
    _raw(321, 0, ctypes.create_string_buffer(120), 120)


@_attempt("make shared memory")
def _(_: _Target) -> None:
    _kernel.checked(_kernel.libc().shmget(0, 4096, 0o1600), "shmget")


@_attempt("take three times the memory")
def _(_: _Target) -> None:
    room = bytearray(3 * _MEMORY)
    room[:: mmap.PAGESIZE] = b"x" * len(room[:: mmap.PAGESIZE])


@_attempt("take all descriptors")
def _(target: _Target) -> None:
    for _number in range(5000):
        os.dup(target.document)


@_attempt("spin longer than it may")
def _(_: _Target) -> None:
    while True:
        pass


@_attempt("spin with every signal ignored")
def _(_: _Target) -> None:
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        with contextlib.suppress(OSError):
            signal.signal(number, signal.SIG_IGN)
    while True:
        pass


@_attempt("sleep longer than it may")
def _(_: _Target) -> None:
    time.sleep(3600)


@_attempt("answer without end")
def _(target: _Target) -> None:
    while True:
        os.write(target.line, bytes(1 << 16))


def _run(name: str, confine: Callable[[], object], agent: int, document: int, seconds: float) -> str:
    """Run one attempt in a child, bury it, and say how it ended."""
    sibling = os.fork()
    if sibling == 0:
        time.sleep(60)
        os._exit(0)
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        ours.close()
        target = _Target(document, theirs.fileno(), os.getppid(), agent, sibling)
        code = _DENIED
        try:
            confine()
            _attempts[name](target)
            code = _SUCCEEDED
        except OSError as error:
            code = _SUCCEEDED if error.errno == errno.ESRCH and "kill" in name else _DENIED
        except (MemoryError, RuntimeError):
            code = _DENIED
        finally:
            os._exit(code)
    theirs.close()
    said = _until_it_ends(child, ours, seconds)
    ours.close()
    os.kill(sibling, signal.SIGKILL)
    os.waitpid(sibling, 0)
    return said


def _until_it_ends(child: int, line: socket.socket, seconds: float) -> str:
    """Do what the agent does: hear the child for so long and so much, then kill it."""
    deadline = time.monotonic() + seconds
    heard = 0
    line.settimeout(0)
    while time.monotonic() < deadline:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return _word(os.waitstatus_to_exitcode(status))
        with contextlib.suppress(BlockingIOError):
            heard += len(line.recv(1 << 16))
        if heard > _ANSWER:
            break
        if not heard:
            time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "killed: answer too long" if heard > _ANSWER else "killed: out of time"


def _word(code: int) -> str:
    words = {_SUCCEEDED: "SUCCEEDED", _DENIED: "denied", -signal.SIGSYS: "violation (SIGSYS)"}
    return words.get(code, f"signal {-code}" if code < 0 else "ended")


def _suite(seconds: float, *, inside: bool) -> int:
    """Run every attempt as this user, print each, and return how many succeeded."""
    agent = os.getpid()
    with tempfile.TemporaryFile() as document:
        document.write(b"a document")
        document.flush()
        handed = os.open(f"/proc/self/fd/{document.fileno()}", os.O_RDONLY)
        warden = os.fork()
        if warden == 0:
            code = 1
            try:
                confine: Callable[[], object] = _nothing
                if inside:
                    shut, sandbox = enclose(_MEMORY)
                    confine = shut.confine
                    print(f"user {os.getuid()} inside: {sandbox}", flush=True)
                results = {name: _run(name, confine, agent, handed, seconds) for name in _attempts}
                for name, said in results.items():
                    print(f"  {said:24} {name}", flush=True)
                code = sum(said == "SUCCEEDED" for said in results.values())
            finally:
                os._exit(code)
        _, status = os.waitpid(warden, 0)
        os.close(handed)
    return os.waitstatus_to_exitcode(status)


def _nothing() -> None:
    """Leave everything open."""


def main() -> int:
    """Attack as asked, print what happened, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--open", action="store_true", help="without a sandbox, to see that the attempts work")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long an attempt may take (default: 4)")
    parser.add_argument("--as", dest="user", type=int, help="only as this user")
    options = parser.parse_args()
    if options.user is not None and os.getuid() != options.user:
        os.setgroups([])
        os.setresgid(options.user, options.user, options.user)
        os.setresuid(options.user, options.user, options.user)
        # One that changed its user is not trusted with its own /proc, as one that this user started would be.
        _kernel.prctl(_kernel.PR_SET_DUMPABLE, 1)
    succeeded = _suite(options.seconds, inside=not options.open)
    print(f"user {os.getuid()}: {succeeded} of {len(_attempts)} succeeded", flush=True)
    if os.getuid() == 0 and options.user is None:
        more = [sys.executable, "-m", "bench.attacks", "--as", str(_ORDINARY), *sys.argv[1:]]
        succeeded += subprocess.run(more, check=False).returncode
    return 0 if options.open else int(succeeded > 0)


if __name__ == "__main__":
    sys.exit(main())
