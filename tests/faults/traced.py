"""A child process that is stopped at each thing it does on disk, and harmed at the n-th.

Here: counting what changes a disk, by ``ptrace`` as debuggers do: Python, SQLite, DuckDB and Arrow
alike, whatever thread does it. Not here: what is run, what must hold after it.

The kernel's interface of Linux on x86-64 is spoken; elsewhere it refuses with a sentence.
"""

import contextlib
import ctypes
import errno
import os
import platform
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

TRACEME, SYSCALL, SETOPTIONS, GETREGS, SETREGS = 0, 24, 0x4200, 12, 13
FOLLOW_ALL_AND_KILL: Final = 0x1 | 0x2 | 0x4 | 0x8 | 0x100000
AT_SYSCALL: Final = signal.SIGTRAP | 0x80
ALL_THREADS: Final = 0x40000000
NO_CALL: Final = 2**64 - 1
OPENAT, FSYNCS, VECTORS = 257, {74, 75}, {20, 296}
OF_DESCRIPTORS: Final = {44, 74, 75, 77, 91}
LONGEST_PATH: Final = 256
LONGEST_SAYING: Final = 20_000
LONGEST_CHILD: Final = 600
"""Seconds: a bound on a child that hangs for ever."""

WRITES: Final = {1: "write", 18: "pwrite", 20: "writev", 296: "pwritev"}
OPENS: Final = {2: "open", 257: "open", 85: "creat"}
MAKES: Final = {83: "mkdir", 258: "mkdir", 86: "link", 265: "link", 88: "symlink", 266: "symlink"}
OTHERS: Final = {
    82: "rename",
    264: "rename",
    316: "rename",
    87: "unlink",
    263: "unlink",
    84: "rmdir",
    90: "chmod",
    91: "chmod",
    268: "chmod",
    76: "truncate",
    77: "truncate",
    74: "fsync",
    75: "fsync",
    44: "send",
}
NAMES: Final = WRITES | OPENS | MAKES | OTHERS
PATH_AT: Final = {257: 1, 258: 1, 263: 1, 264: 1, 316: 1, 268: 1, 265: 3, 266: 2, 86: 1, 88: 1}
"""Which argument is the path that is made or changed, where it is not the first."""
CHANGING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Fault(StrEnum):
    """What happens at the n-th thing that is done on disk."""

    KILLED = "killed"
    TORN = "killed half way through a write"
    FULL = "disk full from then on"
    READ_ONLY = "disk read-only from then on"
    FAILING = "input/output error, once"


ERRNOS: Final = {
    Fault.FULL: errno.ENOSPC,
    Fault.READ_ONLY: errno.EROFS,
    Fault.FAILING: errno.EIO,
}


@dataclass(frozen=True)
class Ended:
    """How a child ended.

    Attributes:
        code: What it ended with; negative is the signal that killed it.
        done: How many things it did on disk.
        at: The last of them that was looked at, or the one at which it was harmed.
        said: The trace of what stopped it, empty when nothing did.
    """

    code: int
    done: int
    at: str
    said: str


_REGISTERS: Final = """
    r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss
    fs_base gs_base ds es fs gs
"""


class Registers(ctypes.Structure):
    """The registers of x86-64, as ``ptrace`` gives them."""

    _fields_ = [(name, ctypes.c_ulonglong) for name in _REGISTERS.split()]


_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.ptrace.restype = ctypes.c_long
_LIBC.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def run_in_child(act: Callable[[], None], fault: Fault | None = None, at: int = 0) -> Ended:
    """Run something in a child, harmed at the n-th thing that it does on disk.

    Args:
        act: What is run.
        fault: What happens then; None to only count.
        at: When, from 1.
    """
    if platform.machine() != "x86_64":
        message = f"faults are injected on x86-64 only, this machine is {platform.machine()}"
        raise NotImplementedError(message)
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _be_traced(act, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        tracer = _Tracer(pid, fault, at)
        code = tracer.follow()
        return Ended(code, tracer.done, tracer.place, said.read().decode(errors="replace"))


def _be_traced(act: Callable[[], None], writing: int) -> None:
    """Run something in this process, which is a child, and end it."""
    code = os.EX_SOFTWARE
    try:
        os.setpgid(0, 0)
        signal.alarm(LONGEST_CHILD)
        _ptrace(TRACEME, 0)
        os.kill(os.getpid(), signal.SIGSTOP)
        act()
        code = os.EX_OK
    except Exception:
        os.write(writing, traceback.format_exc()[-LONGEST_SAYING:].encode())
    finally:
        os._exit(code)


def _ptrace(request: int, pid: int, address: int = 0, data: object = None) -> int:
    got = int(_LIBC.ptrace(request, pid, address, data))
    if got < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return got


class _Tracer:
    """Follows a child and its threads to their end."""

    def __init__(self, pid: int, fault: Fault | None, at: int) -> None:
        self.pid, self.fault, self.at = pid, fault, at
        self.done, self.place = 0, ""
        self._inside: dict[int, int | None] = {}
        self._is_torn = False

    def follow(self) -> int:
        """Follow the child to its end, and return what it ended with."""
        os.waitpid(self.pid, 0)
        _ptrace(SETOPTIONS, self.pid, 0, FOLLOW_ALL_AND_KILL)
        self._resume(self.pid)
        while True:
            tid, status = os.waitpid(-self.pid, ALL_THREADS)
            if os.WIFSTOPPED(status):
                self._stopped(tid, status)
            elif tid == self.pid:
                return os.waitstatus_to_exitcode(status)

    def _resume(self, tid: int, number: int = 0) -> None:
        with contextlib.suppress(ProcessLookupError):
            _ptrace(SYSCALL, tid, 0, number)

    def _stopped(self, tid: int, status: int) -> None:
        number = os.WSTOPSIG(status)
        if number == AT_SYSCALL:
            with contextlib.suppress(ProcessLookupError):
                self._at_syscall(tid)
            self._resume(tid)
            return
        is_new = number == signal.SIGSTOP and tid not in self._inside
        is_told = number == signal.SIGTRAP and status >> 16
        self._resume(tid, 0 if is_new or is_told else number)

    def _at_syscall(self, tid: int) -> None:
        if tid in self._inside:
            self._leaving(tid, self._inside.pop(tid))
            return
        registers = Registers()
        _ptrace(GETREGS, tid, 0, ctypes.byref(registers))
        self._inside[tid] = self._entering(tid, registers)

    def _entering(self, tid: int, registers: Registers) -> int | None:
        """Look at what is about to be done; return the error that it ends in, None for none."""
        number = registers.orig_rax
        if number not in NAMES or not _changes(number, registers):
            return None
        self.done += 1
        if self.fault is None or self.done < self.at:
            return None
        if self.done == self.at:
            self.place = f"{NAMES[number]} {_path(tid, registers)}".strip()
        return self._harm(tid, registers)

    def _harm(self, tid: int, registers: Registers) -> int | None:
        is_now = self.done == self.at
        if self.fault in {Fault.KILLED, Fault.TORN}:
            if is_now and not (self.fault is Fault.TORN and self._is_cut_short(tid, registers)):
                os.kill(self.pid, signal.SIGKILL)
            return None
        if self.fault is None or not _is_refused(self.fault, tid, registers, is_now=is_now):
            return None
        registers.orig_rax = NO_CALL
        _ptrace(SETREGS, tid, 0, ctypes.byref(registers))
        return ERRNOS[self.fault]

    def _is_cut_short(self, tid: int, registers: Registers) -> bool:
        """Have half of a write done, after which the child is killed; tell whether it is one."""
        self._is_torn = registers.orig_rax in WRITES.keys() - VECTORS
        if self._is_torn:
            registers.rdx = registers.rdx // 2
            _ptrace(SETREGS, tid, 0, ctypes.byref(registers))
        return self._is_torn

    def _leaving(self, tid: int, error: int | None) -> None:
        if self._is_torn:
            os.kill(self.pid, signal.SIGKILL)
        if error is None:
            return
        registers = Registers()
        _ptrace(GETREGS, tid, 0, ctypes.byref(registers))
        registers.rax = 2**64 - error
        _ptrace(SETREGS, tid, 0, ctypes.byref(registers))


def _changes(number: int, registers: Registers) -> bool:
    """Tell whether a call may change the disk: opening a file to read it does not."""
    flags = {OPENAT: registers.rdx, 2: registers.rsi}.get(number)
    return flags is None or bool(flags & CHANGING)


def _is_refused(fault: Fault, tid: int, registers: Registers, *, is_now: bool) -> bool:
    """Tell whether a disk in that state refuses a call."""
    number = registers.orig_rax
    if NAMES[number] == "send" or (number in WRITES and not _file(tid, registers.rdi)):
        return False
    if fault is Fault.FAILING:
        return is_now
    if fault is Fault.READ_ONLY:
        return number not in FSYNCS
    is_new = number in OPENS and not Path(_path(tid, registers)).exists()
    return is_new or number in WRITES or number in MAKES


def _file(tid: int, descriptor: int) -> str:
    """Return the file that a descriptor is of; the empty text when it is of none."""
    try:
        path = str(Path(f"/proc/{tid}/fd/{descriptor}").readlink())
    except OSError:
        return ""
    return path if path.startswith("/") else ""


def _path(tid: int, registers: Registers) -> str:
    """Return the path that a call is about, as far as it can be told."""
    number = registers.orig_rax
    if number in WRITES or number in OF_DESCRIPTORS:
        return _file(tid, registers.rdi)
    given = (registers.rdi, registers.rsi, registers.rdx, registers.r10)
    with Path(f"/proc/{tid}/mem").open("rb", buffering=0) as memory:
        memory.seek(given[PATH_AT.get(number, 0)])
        with contextlib.suppress(OSError):
            return memory.read(LONGEST_PATH).split(b"\0")[0].decode(errors="replace")
    return ""
