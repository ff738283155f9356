"""OpenCV talks on standard error by itself, of what a program has noticed anyhow: nobody needs a second voice."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """Its log is switched off while something is tried that may fail, and as it was again afterwards."""
    from cv2.utils import logging

    before = logging.setLogLevel(logging.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        logging.setLogLevel(before)
