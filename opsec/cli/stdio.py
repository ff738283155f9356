"""Standard output and standard error that may be closed, full, or a broken pipe."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from opsec.errors import OutputError
from opsec.i18n.messages import _


def open_missing_streams() -> None:
    """Open the null device for standard streams that the caller closed: the next opened file would get their number.

    Writing results to the replacement of standard output fails with an error message; messages on standard error are
    lost.
    """
    for number, flags in enumerate((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, flags)  # gets the lowest number that is free: this one
    if sys.stdout is None:
        sys.stdout = _open_descriptor(1)
    if sys.stderr is None:
        sys.stderr = _open_descriptor(2)


@contextmanager
def guard_stdout() -> Iterator[TextIO]:
    """Yield standard output for results. When the reader closes the pipe, the rest is discarded.

    Raises
    ------
    OutputError
        The results cannot be written: the disk is full, or the stream is closed.
    """
    try:
        yield sys.stdout
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # rich exits with status 1 when a pipe is broken
        _discard_output(sys.stdout)
    except OSError as error:
        _discard_output(sys.stdout)
        raise OutputError(
            _(
                "cannot write to standard output ({error}); send the results elsewhere",
                error=error.strerror or type(error).__name__,
            )
        ) from error


@contextmanager
def guard_stderr() -> Iterator[TextIO]:
    """Yield standard error for messages. When it cannot be written, the run continues: results do not depend on it."""
    try:
        yield sys.stderr
        sys.stderr.flush()
    except (OSError, SystemExit):
        _discard_output(sys.stderr)


def _discard_output(stream: TextIO) -> None:
    """Redirect the stream to the null device, so that Python does not fail when it flushes it on exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _open_descriptor(number: int) -> TextIO:
    return open(number, "w", encoding="utf-8", closefd=False)
