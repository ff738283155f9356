"""``--verbose`` and ``OPSEC_LOG=debug``: the log for support, on standard error."""

import logging
import os

from opsec.cli.stdio import guard_stderr

VARIABLE = "OPSEC_LOG"
_FORMAT = "%(asctime)s.%(msecs)03d %(name)s %(message)s"
_TIME_FORMAT = "%H:%M:%S"


class _StderrHandler(logging.Handler):
    """Write each record as a line on standard error, even when nobody reads it."""

    def emit(self, record: logging.LogRecord) -> None:
        with guard_stderr() as stream:
            stream.write(f"{self.format(record)}\n")


def is_requested(*, verbose: bool) -> bool:
    """Return whether the option or the environment asks for the log."""
    return verbose or os.environ.get(VARIABLE, "").lower() == "debug"


def show_log() -> None:
    """Show the events of this package's loggers from here on. They are masked where they are logged."""
    handler = _StderrHandler()
    handler.setFormatter(logging.Formatter(_FORMAT, _TIME_FORMAT))
    logger = logging.getLogger("opsec")
    logger.handlers = [handler]
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
