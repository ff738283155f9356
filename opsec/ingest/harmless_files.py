"""Files that surely hold no post and no clue, so that leaving them out hides nothing.

Every other file that is not read is reported and counts as not checked.
"""

import re
from dataclasses import dataclass

__all__ = ["APPLE_DOUBLE_MAGIC", "HARMLESS_FILES", "HarmlessFiles", "has_apple_double_name", "is_harmless"]

APPLE_DOUBLE_MAGIC = b"\x00\x05\x16\x07"
"""First bytes of an AppleDouble file (RFC 1740, appendix B). A file that only has such a name is not harmless."""


@dataclass(frozen=True, slots=True)
class HarmlessFiles:
    """One kind of harmless file, recognised by its lower-case name."""

    name: re.Pattern[str]
    why: str
    """For those who maintain the table."""


HARMLESS_FILES: tuple[HarmlessFiles, ...] = (
    HarmlessFiles(
        re.compile(r"desktop\.ini|\.ds_store|\.localized|icon\r"),
        "Windows and macOS write them to remember how a folder is shown",
    ),
    HarmlessFiles(
        re.compile(r"(?:eh)?thumbs\.db"), "small copies of the pictures of the folder, which are read themselves"
    ),
    HarmlessFiles(
        re.compile(r"\._.*", re.DOTALL), "AppleDouble (RFC 1740): attributes of the file beside it, no content"
    ),
    HarmlessFiles(
        re.compile(r".*\.(?:css|scss|woff2?|ttf|otf|eot)", re.DOTALL), "how a page looks: styles and fonts of an export"
    ),
    HarmlessFiles(re.compile(r"script\.js|jquery.*\.js|.*\.min\.js", re.DOTALL), "program code of an exported page"),
    HarmlessFiles(
        re.compile(r".*\.(?:md5|sha1|sha256|sha512|sfv)", re.DOTALL), "checksums, which say nothing about a place"
    ),
)


def is_harmless(name: str) -> bool:
    """Whether a file with this name surely holds no post and no clue.

    >>> is_harmless("Thumbs.db"), is_harmless("style.css"), is_harmless("notes.pdf")
    (True, True, False)
    """
    lowered = name.lower()
    return any(kind.name.fullmatch(lowered) for kind in HARMLESS_FILES)


def has_apple_double_name(name: str) -> bool:
    """Whether a name is that of an AppleDouble file.

    >>> has_apple_double_name("._clip.mp4"), has_apple_double_name(".DS_Store")
    (True, False)
    """
    return name.startswith("._")
