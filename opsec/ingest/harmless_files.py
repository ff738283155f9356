"""Files that surely hold no post and no clue, so that leaving them out hides nothing.

A name alone decides nothing: a chat can be saved as ``Thumbs.db``. A file is harmless when it has such a name and its
content has the form of that kind, or when it is empty. Text must have the form from its first line to its last, because
words can follow code. Every other file is read like any file of its type, or reported and counts as not checked.

Forms: Microsoft MS-CFB, section 2.2 (``Thumbs.db``); Microsoft's "How to customize folders with Desktop.ini";
``.DS_Store`` as Mac::Finder::DSStore describes it; RFC 1740, appendix B (AppleDouble); W3C CSS Syntax, WOFF and WOFF2;
OpenType; W3C submission "Embedded OpenType".
"""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass

from opsec.ingest.harmless_code import is_program, is_style_sheet

__all__ = ["HARMLESS_FILES", "HarmlessFiles", "bytes_to_judge", "has_harmless_name", "is_harmless"]

MAX_TEXT_BYTES = 1 << 19
"""A longer text is not judged but read; libraries of scripts and styles have up to a few hundred KiB."""
_HEAD_BYTES = 64
_OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_DS_STORE_MAGIC = b"\0\0\0\1Bud1"
_APPLE_DOUBLE_MAGIC = b"\x00\x05\x16\x07"
_SFNT_MAGIC = (b"\0\1\0\0", b"true", b"OTTO", b"ttcf")
_WOFF_MAGIC = (b"wOFF", b"wOF2")
_EOT_MAGIC_AT = 34
_EOT_MAGIC = b"LP"
_EOT_VERSIONS = (b"\0\0\1\0", b"\1\0\2\0", b"\2\0\2\0")
_INI_SECTION = re.compile(
    r"\[(?:\.[\w.-]+|\{[\w-]+\}|viewstate|localizedfilenames|deleteoncopy|extshellfolderviews)\]", re.IGNORECASE
)
_INI_LINE = re.compile(
    r"(?!infotip|localizedresourcename)[a-z][\w.-]*=(?:\S*|[^=]*\.(?:ico|dll|exe|jpe?g|png|bmp)(?:, ?-?[0-9]+)?)"
    r"|[^=]+=@[^=]*\.(?:dll|exe),-[0-9]+",
    re.IGNORECASE,
)
"""A value of one word, a path or a resource: a person may have written any other, such as a tip."""
_CHECKSUM_LINE = re.compile(
    r"[0-9a-f]{32,128}(?:[ \t]+\*?[^*]*\.[a-z]\w{1,4})?|.*\.[a-z]\w{1,4}[ \t]+[0-9a-f]{8}"
    r"|[a-z0-9/-]+ ?\(.*\) ?= ?[0-9a-f]{8,128}",
    re.IGNORECASE,
)
"""A digest, with the name of a file."""
_CHECKSUM_REMARK = re.compile(r"[;#].*|\s*")


@dataclass(frozen=True, slots=True)
class HarmlessFiles:
    """One kind of harmless file."""

    name: re.Pattern[str]
    """Of the lower-case name."""
    has_form: Callable[[bytes], bool]
    """Whether the content of a file has the form of this kind: its first bytes, or all of it where it is text."""
    why: str
    """For those who maintain the table."""
    is_text: bool = False


def _begins_with(*magic: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magic)


def _is_font(head: bytes) -> bool:
    if head.startswith(_SFNT_MAGIC):
        return head[4:5] == b"\0"  # high byte of a number of tables or of a version: no letter
    if head.startswith(_WOFF_MAGIC):
        return head[4:8] in _SFNT_MAGIC
    return head[8:12] in _EOT_VERSIONS and head[_EOT_MAGIC_AT:].startswith(_EOT_MAGIC)


def _is_empty(content: bytes) -> bool:
    return not content


def _is_folder_settings(text: str) -> bool:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return bool(lines and _INI_SECTION.fullmatch(lines[0])) and all(
        _INI_SECTION.fullmatch(line) or _INI_LINE.fullmatch(line) for line in lines
    )


def _is_checksums(text: str) -> bool:
    lines = text.splitlines()
    digests = sum(_CHECKSUM_LINE.fullmatch(line.strip()) is not None for line in lines)
    return digests > 0 and digests + sum(_CHECKSUM_REMARK.fullmatch(line) is not None for line in lines) == len(lines)


def _decoded(has_form: Callable[[str], bool]) -> Callable[[bytes], bool]:
    def has_form_of_text(content: bytes) -> bool:
        encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
        try:
            return has_form(content.decode(encoding).rstrip("\0"))
        except UnicodeDecodeError:
            return False

    return has_form_of_text


HARMLESS_FILES: tuple[HarmlessFiles, ...] = (
    HarmlessFiles(
        re.compile(r"desktop\.ini"),
        _decoded(_is_folder_settings),
        "Windows writes it to remember how a folder is shown",
        is_text=True,
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
        re.compile(r".*\.s?css", re.DOTALL),
        _decoded(is_style_sheet),
        "how a page looks: styles of an export",
        is_text=True,
    ),
    HarmlessFiles(
        re.compile(r".*\.(?:woff2?|ttf|otf|eot)", re.DOTALL), _is_font, "how a page looks: fonts of an export"
    ),
    HarmlessFiles(
        re.compile(r"script\.js|jquery.*\.js|.*\.min\.js", re.DOTALL),
        _decoded(is_program),
        "program code of an exported page",
        is_text=True,
    ),
    HarmlessFiles(
        re.compile(r".*\.(?:md5|sha1|sha256|sha512|sfv)", re.DOTALL),
        _decoded(_is_checksums),
        "checksums, which say nothing about a place",
        is_text=True,
    ),
)


def is_harmless(name: str, content: bytes) -> bool:
    """Whether a file with this name and these first ``bytes_to_judge`` surely holds no post and no clue.

    >>> is_harmless("Thumbs.db", bytes.fromhex("d0cf11e0a1b11ae1")), is_harmless("Thumbs.db", b"[12/11/26] Ali: hello")
    (True, False)
    >>> is_harmless("style.css", b"body { color: black }"), is_harmless("notes.pdf", b"%PDF-1.7")
    (True, False)
    """
    return any(
        not content or (not (kind.is_text and len(content) > MAX_TEXT_BYTES) and kind.has_form(content))
        for kind in _kinds(name)
    )


def bytes_to_judge(name: str) -> int:
    """Count the first bytes that ``is_harmless`` wants of a file with this name; more where all of it decides.

    >>> bytes_to_judge("clip.mp4"), bytes_to_judge(".DS_Store"), bytes_to_judge("style.css")
    (0, 64, 524289)
    """
    return max((MAX_TEXT_BYTES + 1 if kind.is_text else _HEAD_BYTES for kind in _kinds(name)), default=0)


def has_harmless_name(name: str) -> bool:
    """Whether the name is that of a harmless file, so that the content decides.

    >>> has_harmless_name("._clip.mp4"), has_harmless_name("clip.mp4")
    (True, False)
    """
    return bool(_kinds(name))


def _kinds(name: str) -> list[HarmlessFiles]:
    lowered = name.lower()
    return [kind for kind in HARMLESS_FILES if kind.name.fullmatch(lowered)]
