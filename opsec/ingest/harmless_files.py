"""Files that surely hold no post and no clue, so that leaving them out hides nothing.

A name alone decides nothing: a chat can be saved as ``Thumbs.db``. A file is harmless when it has such a name and its
first bytes have the form of that kind, or when it is empty. Every other file that is not read is reported and counts
as not checked.

Forms: Microsoft MS-CFB, section 2.2 (``Thumbs.db``); Microsoft's "How to customize folders with Desktop.ini";
``.DS_Store`` as Mac::Finder::DSStore describes it; RFC 1740, appendix B (AppleDouble); W3C CSS Syntax, WOFF and WOFF2;
OpenType; W3C submission "Embedded OpenType".
"""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["HARMLESS_FILES", "HarmlessFiles", "has_harmless_name", "is_harmless"]

_OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_DS_STORE_MAGIC = b"\0\0\0\1Bud1"
_APPLE_DOUBLE_MAGIC = b"\x00\x05\x16\x07"
_FONT_MAGIC = (b"wOFF", b"wOF2", b"\0\1\0\0", b"true", b"OTTO", b"ttcf")
_EOT_MAGIC_AT = 34
_EOT_MAGIC = b"LP"
_INI_LINE = re.compile(r"\s*(?:;.*|\[[.\w{}-]+\]\s*|(?!InfoTip)[A-Z][\w.() -]*=(?:\S.*)?)?", re.IGNORECASE)
"""Without ``InfoTip``: a person may have written it."""
_STYLES = re.compile(
    r"\s*(?>/\*.*?\*/\s*)*+(?:@[a-z-]+\b[^{};]*[{;]|[^{}<>;]{1,2000}\{\s*(?:[\w-]+\s*:|\}|/\*))", re.DOTALL
)
_PROGRAM = re.compile(
    r"\s*(?>(?:/\*.*?\*/|//[^\n]*)\s*)*+(?:['\"]use strict['\"];?\s*)?"
    r"(?:[!;(+]*\s*(?:async\s+)?function\b\s*[\w$]*\s*\("
    r"|[!;(]*\([\w$, ]*\)\s*=>\s*\{|(?:var|let|const)\s+[\w$]+\s*[=;,]|[\w$]+(?:\.[\w$]+)+\s*(?:=|\()|\$\()",
    re.DOTALL,
)
"""At its start: signs such as ``=>`` and ``);`` are in chats too."""
_CHECKSUM_LINE = re.compile(
    r"(?:[0-9a-f]{32,128}(?:[ \t].*)?|.*[ \t][0-9a-f]{8}|[A-Z0-9/-]+ ?\(.*\) ?= ?[0-9a-f]{8,128}|[;#].*|\s*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class HarmlessFiles:
    """One kind of harmless file."""

    name: re.Pattern[str]
    """Of the lower-case name."""
    has_form: Callable[[bytes], bool]
    """Whether the first bytes of a file, up to ``file_type.HEAD_BYTES``, have the form of this kind."""
    why: str
    """For those who maintain the table."""


def _begins_with(*magic: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magic)


def _is_font(head: bytes) -> bool:
    return head.startswith(_FONT_MAGIC) or head[_EOT_MAGIC_AT:].startswith(_EOT_MAGIC)


def _is_empty(head: bytes) -> bool:
    return not head


def _lines_are(line: re.Pattern[str]) -> Callable[[bytes], bool]:
    """Every line has this form; the last one may be cut in the middle."""

    def has_form(head: bytes) -> bool:
        lines = _text(head).splitlines()
        whole = lines if len(lines) == 1 or head.endswith((b"\n", b"\r", b"\n\0")) else lines[:-1]
        return bool(whole) and all(map(line.fullmatch, whole))

    return has_form


def _contains(form: re.Pattern[str], *, at_start: bool) -> Callable[[bytes], bool]:
    return lambda head: (form.match if at_start else form.search)(_text(head)) is not None


def _text(head: bytes) -> str:
    """Decode the head; a line feed and a NUL, which no form has, where it is not text."""
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return "\0\n"


HARMLESS_FILES: tuple[HarmlessFiles, ...] = (
    HarmlessFiles(
        re.compile(r"desktop\.ini"), _lines_are(_INI_LINE), "Windows writes it to remember how a folder is shown"
    ),
    HarmlessFiles(
        re.compile(r"\.ds_store"), _begins_with(_DS_STORE_MAGIC), "macOS writes it to remember how a folder is shown"
    ),
    HarmlessFiles(re.compile(r"\.localized|icon\r"), _is_empty, "macOS shows the folder by another name or picture"),
    HarmlessFiles(
        re.compile(r"(?:eh)?thumbs\.db"),
        _begins_with(_OLE_MAGIC),
        "small copies of the pictures of the folder, which are read themselves",
    ),
    HarmlessFiles(
        re.compile(r"\._.*", re.DOTALL),
        _begins_with(_APPLE_DOUBLE_MAGIC),
        "AppleDouble: attributes of the file beside it, no content",
    ),
    HarmlessFiles(
        re.compile(r".*\.s?css", re.DOTALL), _contains(_STYLES, at_start=True), "how a page looks: styles of an export"
    ),
    HarmlessFiles(
        re.compile(r".*\.(?:woff2?|ttf|otf|eot)", re.DOTALL), _is_font, "how a page looks: fonts of an export"
    ),
    HarmlessFiles(
        re.compile(r"script\.js|jquery.*\.js|.*\.min\.js", re.DOTALL),
        _contains(_PROGRAM, at_start=True),
        "program code of an exported page",
    ),
    HarmlessFiles(
        re.compile(r".*\.(?:md5|sha1|sha256|sha512|sfv)", re.DOTALL),
        _lines_are(_CHECKSUM_LINE),
        "checksums, which say nothing about a place",
    ),
)


def is_harmless(name: str, head: bytes) -> bool:
    """Whether a file with this name and these first bytes surely holds no post and no clue.

    >>> is_harmless("Thumbs.db", bytes.fromhex("d0cf11e0a1b11ae1")), is_harmless("Thumbs.db", b"[12/11/26] Ali: hello")
    (True, False)
    >>> is_harmless("style.css", b"body { color: black }"), is_harmless("notes.pdf", b"%PDF-1.7")
    (True, False)
    """
    return any(not head or kind.has_form(head) for kind in _kinds(name))


def has_harmless_name(name: str) -> bool:
    """Whether the name is that of a harmless file, so that the first bytes decide.

    >>> has_harmless_name("._clip.mp4"), has_harmless_name("clip.mp4")
    (True, False)
    """
    return bool(_kinds(name))


def _kinds(name: str) -> list[HarmlessFiles]:
    lowered = name.lower()
    return [kind for kind in HARMLESS_FILES if kind.name.fullmatch(lowered)]
