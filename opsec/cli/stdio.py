"""Standard output and standard error when they are closed or full, or when nobody reads them any more."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from opsec.errors import OutputError
from opsec.i18n.messages import _


def stand_in() -> None:
    """Put something in the place of streams that the caller has closed; the next file opened would get their number.

    Results cannot be written to what stands in for standard output, and that is said; talk is lost.
    """
    for number, flags in enumerate((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, flags)  # gets the lowest number that is free: this one
    if sys.stdout is None:
        sys.stdout = _stream(1)
    if sys.stderr is None:
        sys.stderr = _stream(2)


@contextmanager
def results() -> Iterator[TextIO]:
    """Standard output, for results. A reader that has seen enough is no trouble: the rest is written to nobody.

    Raises
    ------
    OutputError
        They cannot be written: the disk is full, or the stream is closed.
    """
    try:
        yield sys.stdout
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # rich ends the program, with 1, where a pipe is broken
        _let_go(sys.stdout)
    except OSError as error:
        _let_go(sys.stdout)
        raise OutputError(
            _(
                "standard output cannot be written ({error}); send the results to another place",
                error=error.strerror or type(error).__name__,
            )
        ) from error


@contextmanager
def talk() -> Iterator[TextIO]:
    """Standard error, for talk. When nobody can hear it the run goes on: its results and exit code do not need it."""
    try:
        yield sys.stderr
        sys.stderr.flush()
    except (OSError, SystemExit):
        _let_go(sys.stderr)


def _let_go(stream: TextIO) -> None:
    """What is still to be written goes nowhere, and Python has nothing to complain about on exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _stream(number: int) -> TextIO:
    return open(number, "w", encoding="utf-8", closefd=False)
