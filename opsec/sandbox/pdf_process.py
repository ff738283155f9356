"""PDF from HTML, laid out by WeasyPrint in a locked process of its own (``pdf_worker``)."""

import os
import subprocess
import sys
from importlib.util import find_spec

from opsec.errors import OpsecError, UsageError
from opsec.i18n.messages import Lang, _
from opsec.runtime.process_lock.landlock import landlock_version
from opsec.runtime.process_lock.syscall_numbers import this_architecture
from opsec.sandbox.pdf_worker import NO_FONT, NO_WEASYPRINT, NOT_LOCKED

MAX_WALL_S = 300.0
_ENVIRONMENT = {
    "PATH": os.defpath,
    "HOME": "/nonexistent",  # no font, cache or setting of this account
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "SOURCE_DATE_EPOCH": "0",  # fontTools writes the time into fonts otherwise
}
_PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH")


class PdfError(OpsecError):
    """The document could not be laid out."""

    exit_code = 4


def is_available() -> bool:
    """Return whether PDF can be made: WeasyPrint, which may still lack a library of the system, and a kernel's lock."""
    return _is_installed() and _can_be_locked()


def _is_installed() -> bool:
    return find_spec("weasyprint") is not None


def _can_be_locked() -> bool:
    """Return whether this kernel can lock a process that opens fonts; other systems run it without such a lock."""
    return sys.platform != "linux" or (landlock_version() > 0 and this_architecture() is not None)


def write_pdf(html: bytes, lang: Lang) -> bytes:
    """Lay out a self-contained page as a tagged PDF.

    Parameters
    ----------
    html
        The page in UTF-8; nothing outside it is opened.
    lang
        Its language: a font of the system must be able to draw it.

    Raises
    ------
    UsageError
        WeasyPrint, a font or a part of the lock is missing; the sentence names what to install or to do.
    PdfError
        The layout failed, or took too long.
    """
    if not _is_installed():
        raise _not_installed()
    if not _can_be_locked():
        raise _not_locked()
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "opsec.sandbox.pdf_worker", lang],
            input=html,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a library may quote the page there
            env=_ENVIRONMENT | {name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            cwd="/",
            start_new_session=True,
            timeout=MAX_WALL_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed() from error
    if done.returncode == NO_WEASYPRINT:
        raise _not_installed()
    if done.returncode == NOT_LOCKED:
        raise _not_locked()
    if done.returncode == NO_FONT:
        raise UsageError(
            _("no font on this machine can draw Arabic; install fonts-noto-core, or do without PDF")
            if lang == "ar"
            else _("no font on this machine can draw English; install fonts-noto-core, or do without PDF")
        )
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        raise _failed()
    return done.stdout


def _not_installed() -> UsageError:
    return UsageError(
        _(
            'PDF needs WeasyPrint and Pango: run pip install "opsec[pdf]" and apt install libpango-1.0-0, '
            "or do without PDF"
        )
    )


def _not_locked() -> UsageError:
    return UsageError(
        _(
            "PDF is not made, because this kernel cannot lock the process that lays it out (Landlock, seccomp); do "
            "without it, and print the HTML from a browser"
        )
    )


def _failed() -> PdfError:
    return PdfError(_("the PDF could not be laid out; do without it, and print the HTML from a browser"))
