"""Process-wide settings of libraries, changed for one call and restored: a host that imports opsec keeps its own.

Some libraries offer a setting for the whole process only. Library code of this package changes such a setting in no
other way than through the functions below: under one lock, so that two threads cannot restore each other's values, and
restored whatever happens inside. Another thread of the host sees the changed value while the call lasts. Worker
processes and the command line own their process and set what they need once, at their start.
"""

import gc
import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_LOCK = threading.RLock()


@contextmanager
def ignore_warnings(category: type[Warning] = Warning) -> Iterator[None]:
    """Ignore warnings of a category."""
    with _LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore", category)
        yield


@contextmanager
def raise_warnings(category: type[Warning]) -> Iterator[None]:
    """Raise warnings of a category as exceptions."""
    with _LOCK, warnings.catch_warnings():
        warnings.simplefilter("error", category)
        yield


@contextmanager
def silence_logger(name: str) -> Iterator[None]:
    """Silence a library's logger: it writes the content of files."""
    logger = logging.getLogger(name)
    with _LOCK:
        before = logger.disabled
        logger.disabled = True
        try:
            yield
        finally:
            logger.disabled = before


@contextmanager
def pause_garbage_collection() -> Iterator[None]:
    """Collect no cycles while many records that stay are built, and never visit those again: each collection would."""
    with _LOCK:
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            yield
        finally:
            gc.freeze()
            if was_enabled:
                gc.enable()


@contextmanager
def silence_opencv_log() -> Iterator[None]:
    """Silence OpenCV, which writes to standard error by itself."""
    from cv2.utils import logging as opencv_logging

    with _LOCK:
        before = opencv_logging.setLogLevel(opencv_logging.LOG_LEVEL_SILENT)
        try:
            yield
        finally:
            opencv_logging.setLogLevel(before)


@contextmanager
def truncated_images(*, loaded: bool) -> Iterator[None]:
    """Have Pillow load as much of a truncated image as there is, or raise ``OSError``, whatever the host has chosen.

    WeasyPrint, for one, chooses the former for the whole process when it is imported.
    """
    from PIL import ImageFile

    with _LOCK:
        before = ImageFile.LOAD_TRUNCATED_IMAGES
        ImageFile.LOAD_TRUNCATED_IMAGES = loaded
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


@contextmanager
def limit_faiss_to_one_thread() -> Iterator[None]:
    """Run FAISS on one thread: training on several sums in another order, and the index would differ."""
    import faiss

    with _LOCK:
        before = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(1)
        try:
            yield
        finally:
            faiss.omp_set_num_threads(before)
