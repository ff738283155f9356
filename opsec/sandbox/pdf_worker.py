"""The process that lays out a PDF: HTML comes in on standard input, the document goes out on standard output.

It is started by ``opsec.sandbox.pdf_process`` and has no site, no case file and no network. Everything that it draws is
in the HTML; fonts are those of the system.
"""

import ctypes
import ctypes.util
import hashlib
import os
import re
import resource
import signal
import sys
from functools import cache
from importlib import import_module
from typing import Any
from unicodedata import normalize

OUT_OF_MEMORY, NO_WEASYPRINT, NO_FONT = 77, 78, 79
"""Exit statuses, which the parent turns into sentences."""
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # unshare(2)
_PR_SET_PDEATHSIG = 1  # prctl(2)
_MAX_MIB, _MAX_CPU_S, _MAX_OPEN_FILES = 2048, 120, 256
_VOWEL_MARKS = re.compile("[\u064b-\u0652\u0670]")
"""Arabic vowel marks are left out of PDF: readers take a raised mark for another line, so that words with one were torn
apart, and a search for a word without marks, as people type it, did not find them."""
_REFUSED_EVENTS = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "urllib.", "ftplib.", "smtplib.")
"""Beginnings of the audit events (PEP 578) of what a layout never needs."""


def main() -> None:
    """Lay out one document."""
    language = sys.argv[1]
    html = sys.stdin.buffer.read()
    _restrict()
    try:
        sys.stdout.buffer.write(render(html, language))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def render(html: bytes, language: str) -> bytes:
    """Lay out HTML as a tagged PDF (PDF/UA-1, ISO 14289-1); the same HTML gives the same bytes."""
    try:
        weasyprint: Any = import_module("weasyprint")
        fonts: Any = import_module("weasyprint.pdf.fonts")
    except (ImportError, OSError):  # the second: Pango is missing
        sys.exit(NO_WEASYPRINT)
    if not has_font(language):
        sys.exit(NO_FONT)
    _map_ligatures(fonts.Font)
    sys.addaudithook(_refuse)
    nothing = weasyprint.urls.URLFetcher(allowed_protocols=())  # a page of this program has everything in it
    document = weasyprint.HTML(string=_VOWEL_MARKS.sub("", html.decode()), url_fetcher=nothing, base_url=None)
    written: bytes = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=hashlib.sha256(html).digest()[:16])
    return written


class GlyphTexts(dict[int, str]):
    """Text of each glyph of a font (the ToUnicode map of ISO 32000-1, 9.10.3), with ligatures as one character."""

    def __setitem__(self, glyph: int, text: str) -> None:
        super().__setitem__(glyph, _ligatures().get(text, text))


@cache
def _ligatures() -> dict[str, str]:
    """Letters of each Arabic ligature → its presentation form (Unicode, U+FB50 to U+FEFC).

    Readers of PDF put the letters of one glyph in the right order for right-to-left text only if they are one character
    with a compatibility decomposition; Poppler reverses them otherwise.
    """
    forms = [chr(code) for code in (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD))]
    return {letters: form for form in reversed(forms) if len(letters := normalize("NFKC", form)) > 1}


def _map_ligatures(font_class: Any) -> None:
    """Let every font of a document map its glyphs by ``GlyphTexts``."""
    plain = font_class.__init__

    def init(self: Any, *arguments: Any, **options: Any) -> None:
        plain(self, *arguments, **options)
        self.to_unicode = GlyphTexts()

    font_class.__init__ = init


def has_font(language: str) -> bool:
    """Return whether fontconfig knows a font for a language (``ar``)."""
    name = ctypes.util.find_library("fontconfig") or "libfontconfig.so.1"
    try:
        fontconfig: Any = ctypes.CDLL(name)
    except OSError:
        return False
    for function in ("FcNameParse", "FcObjectSetBuild", "FcFontList"):
        getattr(fontconfig, function).restype = ctypes.c_void_p
    pattern = ctypes.c_void_p(fontconfig.FcNameParse(f":lang={language}".encode()))
    objects = ctypes.c_void_p(fontconfig.FcObjectSetBuild(b"family", None))
    found = fontconfig.FcFontList(None, pattern, objects)
    return bool(found) and ctypes.cast(found, ctypes.POINTER(ctypes.c_int)).contents.value > 0


def _restrict() -> None:
    """Give up network, memory beyond a limit, and whatever else a layout does not need."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)  # refused on some systems, where the audit hook stands alone
    for which, most in (
        (resource.RLIMIT_DATA, _MAX_MIB << 20),
        (resource.RLIMIT_CPU, _MAX_CPU_S),
        (resource.RLIMIT_NOFILE, _MAX_OPEN_FILES),
        (resource.RLIMIT_FSIZE, _MAX_MIB << 20),
        (resource.RLIMIT_CORE, 0),
    ):
        _, allowed = resource.getrlimit(which)
        lowered = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        resource.setrlimit(which, (lowered, lowered))


def _refuse(event: str, _arguments: tuple[Any, ...]) -> None:
    if event.startswith(_REFUSED_EVENTS):
        raise PermissionError(event)


if __name__ == "__main__":
    main()
