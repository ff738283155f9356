"""The process that lays out a PDF: HTML comes in on standard input, the document goes out on standard output.

It is started by ``opsec.sandbox.pdf_process`` and has no site, no case file and no network. Everything that it draws is
in the HTML; fonts are those of the system. Before it parses the page it locks itself as the processes that read media
do, except that it may open fonts, their configuration and the libraries of Python for reading.
"""

import ctypes
import ctypes.util
import hashlib
import os
import re
import resource
import sys
import sysconfig
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from unicodedata import normalize

from opsec.sandbox.lock import NO_PARTS, PARTS, LockPart, LockRules, lock_process, lower_limit

OUT_OF_MEMORY, NO_WEASYPRINT, NO_FONT, NOT_LOCKED = 77, 78, 79, 80
"""Exit statuses, which the parent turns into sentences."""
_MAX_MIB, _MAX_CPU_S, _MAX_OPEN_FILES = 2048, 120, 256
_VOWEL_MARKS = re.compile("[\u064b-\u0652\u0670]")
"""Arabic vowel marks are left out of PDF: readers take a raised mark for another line, so that words with one were torn
apart, and a search for a word without marks, as people type it, did not find them."""
_FONT_SETTINGS = ("/etc/fonts", "/usr/share/fontconfig")
_FONTCONFIG_LISTS = ("FcConfigGetFontDirs", "FcConfigGetCacheDirs", "FcConfigGetConfigFiles")
_REFUSED_EVENTS = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "urllib.", "ftplib.", "smtplib.")
"""Beginnings of the audit events (PEP 578) of what a layout never needs; the only lock outside Linux."""


def main() -> None:
    """Lay out one document."""
    language = sys.argv[1]
    html = sys.stdin.buffer.read()
    load(language)
    if not lock():
        sys.exit(NOT_LOCKED)
    try:
        sys.stdout.buffer.write(render(html))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def load(language: str) -> None:
    """Load the libraries, some of which start programs to find others, and check that a font can draw the language."""
    try:
        import_module("weasyprint")
        fonts: Any = import_module("weasyprint.pdf.fonts")
    except (ImportError, OSError):  # the second: Pango is missing
        sys.exit(NO_WEASYPRINT)
    if not has_font(language):
        sys.exit(NO_FONT)
    _map_ligatures(fonts.Font)


def lock(without: frozenset[LockPart] = NO_PARTS) -> bool:
    """Lock this process; return whether every part is in force. Outside Linux the limits are all there is.

    Unlike in a process that opens nothing, Landlock is required: the filter of system calls does not see paths.
    """
    readable = (*_FONT_SETTINGS, *_fontconfig_paths(), *_library_folders())
    rules = LockRules(memory_mib=_MAX_MIB, open_files=_MAX_OPEN_FILES, threads=True, readable=readable)
    lower_limit(resource.RLIMIT_CPU, _MAX_CPU_S)
    missing = lock_process(rules, without)  # threads: newer versions of Pango look for fonts in one
    sys.addaudithook(_refuse)
    return not missing if sys.platform == "linux" else missing <= set(PARTS) - {"limits"}


def render(html: bytes) -> bytes:
    """Lay out HTML as a tagged PDF (PDF/UA-1, ISO 14289-1); the same HTML gives the same bytes."""
    weasyprint: Any = import_module("weasyprint")
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


@cache
def _fontconfig() -> Any:
    """Return the library fontconfig. Raises ``OSError``."""
    return ctypes.CDLL(ctypes.util.find_library("fontconfig") or "libfontconfig.so.1")


def _fontconfig_paths() -> Iterator[str]:
    """Yield the folders of fonts and their caches, and the files of settings, as fontconfig lists them."""
    library = _fontconfig()
    library.FcStrListNext.restype = ctypes.c_char_p
    for name in _FONTCONFIG_LISTS:
        function = getattr(library, name)
        function.restype = ctypes.c_void_p
        listed = ctypes.c_void_p(function(None))
        while listed and (path := library.FcStrListNext(listed)) is not None:
            yield os.fsdecode(path)


def _library_folders() -> Iterator[str]:
    """Yield the folders of Python's own and of installed libraries, but no other folder from which Python imports."""
    yield sysconfig.get_path("stdlib")
    yield from (folder for folder in sys.path if Path(folder).name in {"site-packages", "dist-packages"})


def has_font(language: str) -> bool:
    """Return whether fontconfig knows a font for a language (``ar``)."""
    try:
        fontconfig = _fontconfig()
    except OSError:
        return False
    for function in ("FcNameParse", "FcObjectSetBuild", "FcFontList"):
        getattr(fontconfig, function).restype = ctypes.c_void_p
    pattern = ctypes.c_void_p(fontconfig.FcNameParse(f":lang={language}".encode()))
    objects = ctypes.c_void_p(fontconfig.FcObjectSetBuild(b"family", None))
    found = fontconfig.FcFontList(None, pattern, objects)
    return bool(found) and ctypes.cast(found, ctypes.POINTER(ctypes.c_int)).contents.value > 0


def _refuse(event: str, _arguments: tuple[Any, ...]) -> None:
    if event.startswith(_REFUSED_EVENTS):
        raise PermissionError(event)


if __name__ == "__main__":
    main()
