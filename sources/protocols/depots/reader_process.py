"""The process that deposits are read in: each by a child of its own, which the kernel bounds.

Here: ``python -m sources.protocols.depots.reader_process``, which is asked for one file a line, and
says how the child that read it ended. Not here: who asks, and what is said of it (``confined``),
nor how a deposit is read (``reading``).

What reading takes is imported once, before the children part: a second, where a child costs some
milliseconds. There is one thread when they do, unlike in the night. What a file does to the child
that reads it, the next one does not see.
"""

import errno
import os
import pkgutil
import resource
import select
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from inspect import signature
from pathlib import Path
from typing import Any, NoReturn

from pydantic import BaseModel, ConfigDict, TypeAdapter

from sources.contract import ExtractContract
from sources.errors import ExtractRefused

READ, INTERRUPTED, REFUSED, NO_MEMORY, TOO_LONG, DISK_FULL = range(6)
"""How a child ends, signals apart; 1 is Python's own code for what nobody caught."""

NO_SPACE_LEFT = (errno.ENOSPC, errno.EDQUOT)

IDLE = 15.0
"""Seconds without a question after which the process ends; the next question starts another."""

Reader = Callable[[ExtractContract, Path], Any]


class ReadingLimits(BaseModel):
    """What reading one file may take.

    Attributes:
        memory: Bytes of address space, beside what Python and its libraries have.
        processor: Seconds of processor.
        seconds: Seconds, whatever it does: a file that waits uses no processor.
        answer: Bytes of what is read of it, which the night has to hold.
    """

    model_config = ConfigDict(frozen=True)

    memory: int
    processor: int
    seconds: int
    answer: int


class Question(BaseModel):
    """A file to read.

    Attributes:
        reader: The function that reads it, as ``module:name``.
        contract: What it owes.
        path: Where it is.
        answer: Where what was read of it is to be written; what is written on the way lies beside.
        limits: What that may take.
    """

    model_config = ConfigDict(frozen=True)

    reader: str
    contract: ExtractContract
    path: Path
    answer: Path
    limits: ReadingLimits


class Refusal(BaseModel):
    """Why a file is refused."""

    message: str
    rule: str


@cache
def shape_of(reader: Reader) -> TypeAdapter[Any]:
    """Return how what a reader gives is written as JSON, and read again: its declared type."""
    return TypeAdapter(signature(reader).return_annotation)


def main() -> None:
    """Read what is asked for, until nothing is any more."""
    for question in _questions():
        # What a child would import and work out again must be there before it is.
        reader = pkgutil.resolve_name(question.reader)
        shape_of(reader)
        child = os.fork()
        if not child:
            _read(question, reader)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _questions() -> Iterator[Question]:
    while select.select([sys.stdin.buffer], [], [], IDLE)[0]:
        if not (line := sys.stdin.buffer.readline()):
            return
        yield Question.model_validate_json(line)


def _read(question: Question, reader: Reader) -> NoReturn:
    """Read a file in the child, and end it; what nobody catches is told on standard error."""
    _cut_off(question.answer.parent)
    _bound(question.limits)
    try:
        os._exit(_answered(question, reader))
    except MemoryError:
        os._exit(NO_MEMORY)
    except OSError as error:
        if error.errno not in NO_SPACE_LEFT:
            raise
        os._exit(DISK_FULL)


def _answered(question: Question, reader: Reader) -> int:
    """Write what is read of a file, or why it is refused; return how the child is to end."""
    try:
        read = reader(question.contract, question.path)
        content, code = shape_of(reader).dump_json(read), READ
    except ExtractRefused as refused:
        refusal = Refusal(message=refused.message, rule=refused.rule)
        content, code = refusal.model_dump_json().encode(), REFUSED
    if len(content) > question.limits.answer:
        return TOO_LONG
    question.answer.write_bytes(content)
    return code


def _cut_off(folder: Path) -> None:
    """Leave the child nobody to talk to, and one folder to write in."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    tempfile.tempdir = str(folder)


def _bound(limits: ReadingLimits) -> None:
    bounds = {
        resource.RLIMIT_FSIZE: limits.memory,
        resource.RLIMIT_CPU: limits.processor,
        resource.RLIMIT_CORE: 0,
    }
    if sys.platform == "linux":
        bounds[resource.RLIMIT_AS] = _address_space() + limits.memory
    for kind, most in bounds.items():
        _, hard = resource.getrlimit(kind)
        # At the first bound on processor a signal tells which it was; the second one just kills.
        last = most + 1 if hard == resource.RLIM_INFINITY else hard
        resource.setrlimit(kind, (min(most, last), last))
    # Nobody handles it: the kernel ends the process, whatever library it is in.
    signal.alarm(limits.seconds)


def _address_space() -> int:
    """Return the bytes of address space that are in use."""
    pages = Path("/proc/self/statm").read_text("ascii").split()[0]
    return int(pages) * resource.getpagesize()


if __name__ == "__main__":
    main()
