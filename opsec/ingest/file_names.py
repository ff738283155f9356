"""What the name of a file claims. It decides only where the content says nothing."""

import re
from typing import Literal

VIDEO_ENDINGS = frozenset(
    "mp4 mov m4v qt 3gp 3g2 insv lrv mkv webm avi ts mts m2ts tod wmv asf flv f4v mpg mpeg vob ogv mxf rm m3u m3u8 mpd"
    .split()
)  # fmt: skip
PICTURE_ENDINGS = frozenset(
    "jpg jpeg jpe jfif heic heif hif avif png webp tif tiff gif insp bmp jp2 jxl dng cr2 cr3 nef arw".split()
)
"""Also of clips and photos that are not read yet: they are reported as unread, not passed over."""
ARCHIVE_ENDINGS = frozenset("zip rar 7z tar gz tgz bz2 xz".split())
LIST_ENDINGS = (".jsonl", ".csv")
SIDECAR_ENDING = ".info.json"
RECORD_ENDING = ".json"
"""Of a record that a download program wrote beside a medium, of an export with many posts, or of something else."""
SUBTITLE_ENDINGS = (".srt", ".vtt")
TRACK_ENDINGS = (*SUBTITLE_ENDINGS, ".nmea", ".gps", ".gpx", ".kml")
"""Of files that run along with a clip: its words, or the way it went; ``.gps`` is what BlackVue calls its NMEA."""

Claim = Literal["video", "picture", "info_json", "record", "track", "post_list", "archive", "system"]

_LANGUAGE = re.compile(
    r"(.+)\.[a-z]{2,3}(?:[-_][a-z0-9]{2,8}){0,3}(?:\.(?:forced|sdh|cc|hi|default|auto))?", re.IGNORECASE | re.DOTALL
)
_TEXTS: tuple[tuple[str | tuple[str, ...], Claim], ...] = (
    (SIDECAR_ENDING, "info_json"),
    (RECORD_ENDING, "record"),
    (LIST_ENDINGS, "post_list"),
    (TRACK_ENDINGS, "track"),
)
"""In order: the first ending that fits decides."""


def claim(name: str) -> Claim | None:
    """What a file of this name says it is; none for a name that says nothing of interest.

    >>> claim("gate.MP4"), claim("gate.info.json"), claim("notes.txt")
    ('video', 'info_json', None)
    """
    lowered = name.lower()
    if _written_by_the_system(lowered):
        return "system"
    for endings, claimed in _TEXTS:
        if lowered.endswith(endings):
            return claimed
    ending = lowered.rpartition(".")[2] if "." in lowered else ""
    if ending in VIDEO_ENDINGS:
        return "video"
    if ending in PICTURE_ENDINGS:
        return "picture"
    return "archive" if ending in ARCHIVE_ENDINGS else None


def _written_by_the_system(lowered: str) -> bool:
    """Files that Windows and macOS leave in every folder; AppleDouble (RFC 1740) halves begin with ``._``."""
    return lowered in ("thumbs.db", ".ds_store", "desktop.ini") or lowered.startswith("._")


def sidecar_base(name: str) -> str:
    """What the name of a sidecar says its medium is called, with or without the medium's own extension.

    >>> sidecar_base("gate.mp4.json"), sidecar_base("gate.info.json"), sidecar_base("DJI_0042.SRT")
    ('gate.mp4', 'gate', 'DJI_0042')
    """
    return name[: -len(SIDECAR_ENDING)] if name.lower().endswith(SIDECAR_ENDING) else stem(name)


def without_language(name: str) -> str | None:
    """What the medium of a subtitle is called, when the name tells its language as well; none when it tells none.

    Language tags as downloaders and players write them (BCP 47), with what players add behind.

    >>> without_language("gate.ar.vtt"), without_language("gate.en-US.forced.srt"), without_language("gate.srt")
    ('gate', 'gate', None)
    """
    found = _LANGUAGE.fullmatch(stem(name)) if name.lower().endswith(SUBTITLE_ENDINGS) else None
    return found[1] if found else None


def stem(name: str) -> str:
    """A name without its last extension; a leading dot is no extension."""
    return name[: name.rfind(".")] if name.rfind(".") > 0 else name
