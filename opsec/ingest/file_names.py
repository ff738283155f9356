"""File kinds and base names implied by a file name. Used only where the content does not decide."""

import re
from typing import Literal

VIDEO_EXTENSIONS = frozenset(
    "mp4 mov m4v qt 3gp 3g2 insv lrv mkv webm avi ts mts m2ts tod wmv asf flv f4v mpg mpeg vob ogv mxf rm m3u m3u8 mpd"
    .split()
)  # fmt: skip
IMAGE_EXTENSIONS = frozenset(
    "jpg jpeg jpe jfif heic heif hif avif png webp tif tiff gif insp bmp jp2 jxl dng cr2 cr3 nef arw".split()
)
"""Includes formats without a reader: such files are reported as unread, not left out."""
ARCHIVE_EXTENSIONS = frozenset("zip rar 7z tar gz tgz bz2 xz".split())
LIST_SUFFIXES = (".jsonl", ".csv")
SIDECAR_SUFFIX = ".info.json"
RECORD_SUFFIX = ".json"
"""A record that a download program wrote beside a media file, an export with many posts, or something else."""
SUBTITLE_SUFFIXES = (".srt", ".vtt")
TRACK_SUFFIXES = (*SUBTITLE_SUFFIXES, ".nmea", ".gps", ".gpx", ".kml")
"""Subtitles and position logs beside a clip. ``.gps`` is the suffix of NMEA logs written by BlackVue."""

NamedKind = Literal["video", "picture", "info_json", "record", "track", "post_list", "archive", "system"]

_STEM_WITH_LANGUAGE = re.compile(
    r"(.+)\.[a-z]{2,3}(?:[-_][a-z0-9]{2,8}){0,3}(?:\.(?:forced|sdh|cc|hi|default|auto))?", re.IGNORECASE | re.DOTALL
)
_SUFFIX_KINDS: tuple[tuple[str | tuple[str, ...], NamedKind], ...] = (
    (SIDECAR_SUFFIX, "info_json"),
    (RECORD_SUFFIX, "record"),
    (LIST_SUFFIXES, "post_list"),
    (TRACK_SUFFIXES, "track"),
)
"""In order of precedence: the first matching suffix decides."""


def kind_by_name(name: str) -> NamedKind | None:
    """Classify a file by its name; None when the name has no known suffix.

    >>> kind_by_name("gate.MP4"), kind_by_name("gate.info.json"), kind_by_name("notes.txt")
    ('video', 'info_json', None)
    """
    lowered = name.lower()
    if _is_system_file(lowered):
        return "system"
    for endings, claimed in _SUFFIX_KINDS:
        if lowered.endswith(endings):
            return claimed
    ending = lowered.rpartition(".")[2] if "." in lowered else ""
    if ending in VIDEO_EXTENSIONS:
        return "video"
    if ending in IMAGE_EXTENSIONS:
        return "picture"
    return "archive" if ending in ARCHIVE_EXTENSIONS else None


def _is_system_file(lowered: str) -> bool:
    """Whether Windows or macOS wrote this file; AppleDouble files (RFC 1740) begin with ``._``."""
    return lowered in ("thumbs.db", ".ds_store", "desktop.ini") or lowered.startswith("._")


def media_base_name(name: str) -> str:
    """Name of the media file that a sidecar belongs to, with or without the media file's own extension.

    >>> media_base_name("gate.mp4.json"), media_base_name("gate.info.json"), media_base_name("DJI_0042.SRT")
    ('gate.mp4', 'gate', 'DJI_0042')
    """
    return name[: -len(SIDECAR_SUFFIX)] if name.lower().endswith(SIDECAR_SUFFIX) else stem(name)


def base_name_without_language(name: str) -> str | None:
    """Name of the media file of a subtitle whose name carries a language tag; None without a tag.

    Accepts BCP 47 tags as downloaders write them, with the suffixes that players add.

    >>> [base_name_without_language(name) for name in ("gate.ar.vtt", "gate.en-US.forced.srt", "gate.srt")]
    ['gate', 'gate', None]
    """
    found = _STEM_WITH_LANGUAGE.fullmatch(stem(name)) if name.lower().endswith(SUBTITLE_SUFFIXES) else None
    return found[1] if found else None


def stem(name: str) -> str:
    """File name without its last extension. A leading dot does not begin an extension."""
    return name[: name.rfind(".")] if name.rfind(".") > 0 else name
