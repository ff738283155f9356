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
LIST_SUFFIXES = (".jsonl", ".csv", ".tsv", ".tab")
SIDECAR_SUFFIX = ".info.json"
RECORD_SUFFIXES = (".json", ".html", ".htm", ".xhtml", ".xml", ".txt", ".text", ".description", ".log", ".md")
"""A record that a program wrote beside a media file, a chat or an export with many posts, or something else."""
SUBTITLE_SUFFIXES = (".srt", ".vtt", ".ass", ".ssa", ".ttml", ".dfxp", ".srv1", ".srv2", ".srv3", ".json3")
TRACK_SUFFIXES = (*SUBTITLE_SUFFIXES, ".nmea", ".gps", ".gpx", ".kml", ".tcx", ".fit", ".xmp")
"""Subtitles, position logs and metadata beside a clip. ``.gps`` is the suffix of NMEA logs written by BlackVue."""

NamedKind = Literal["video", "picture", "info_json", "record", "track", "post_list", "archive"]

_STEM_WITH_LANGUAGE = re.compile(
    r"(.+)\.[a-z]{2,3}(?:[-_][a-z0-9]{2,8}){0,3}(?:\.(?:forced|sdh|cc|hi|default|auto))?", re.IGNORECASE | re.DOTALL
)
_GOOGLE_SUFFIX = ".supplemental-metadata"
_COPY_NUMBER = re.compile(r"(.*?)(\([0-9]{1,4}\))?", re.DOTALL)
_EDITED = re.compile(
    r"(.+)-(?:edited|bearbeitet|modifié|editado|modificato|bewerkt|معدَّل|معدل)(\([0-9]{1,4}\))?", re.DOTALL
)
"""Google Photos names a changed copy so, in the language of the account; the record is that of the original."""
_CUT_LENGTHS = range(45, 48)
"""Google Takeout cuts the name of a record, without ``.json`` and the number of a copy, at 46 letters, give or take one
where a letter takes two UTF-16 units."""
_LOCATION_SUFFIX = "_location"
"""Suffix of the text with the place of a post that instaloader writes with ``--geotags``."""
_SONY_NUMBER = re.compile(r"(.+)M[0-9]{2}", re.DOTALL)
"""Sony cameras write ``C0001M01.XML`` beside ``C0001.MP4`` (XAVC S, NonRealTimeMeta)."""
_DESCRIBES_MANY = re.compile(
    r".*\.(?:jsonl|csv|tsv|tab)|_chat\.txt|.*\bchat\b.*\.txt|.*دردشة.*\.txt|result\.json|messages[0-9]*\.html"
    r"|(?:posts|reels|stories|your_videos|your_photos)[\w-]*\.(?:json|html)|memories_history\.(?:json|html)",
    re.IGNORECASE | re.DOTALL,
)
_SUFFIX_KINDS: tuple[tuple[str | tuple[str, ...], NamedKind], ...] = (
    (SIDECAR_SUFFIX, "info_json"),
    (RECORD_SUFFIXES, "record"),
    (LIST_SUFFIXES, "post_list"),
    (TRACK_SUFFIXES, "track"),
)
"""In order of precedence: the first matching suffix decides."""


def kind_by_name(name: str) -> NamedKind | None:
    """Classify a file by its name; None when the name has no known suffix.

    >>> kind_by_name("gate.MP4"), kind_by_name("gate.info.json"), kind_by_name("notes.pdf")
    ('video', 'info_json', None)
    """
    lowered = name.lower()
    for endings, claimed in _SUFFIX_KINDS:
        if lowered.endswith(endings):
            return claimed
    ending = lowered.rpartition(".")[2] if "." in lowered else ""
    if ending in VIDEO_EXTENSIONS:
        return "video"
    if ending in IMAGE_EXTENSIONS:
        return "picture"
    return "archive" if ending in ARCHIVE_EXTENSIONS else None


def described_names(name: str) -> tuple[str, ...]:
    """Names that the media file described by a sidecar may have, with or without its own extension; likeliest first.

    >>> described_names("gate.mp4.json"), described_names("gate.info.json"), described_names("DJI_0042.SRT")
    (('gate.mp4',), ('gate',), ('DJI_0042',))
    >>> described_names("gate.en-US.forced.srt")
    ('gate.en-US.forced', 'gate')
    >>> described_names("gate.jpg.supplemental-metadata(2).json"), described_names("gate.jpg(2).json")
    (('gate(2).jpg', 'gate.jpg.supplemental-metadata(2)'), ('gate.jpg(2)', 'gate(2).jpg'))
    >>> described_names("gate_location.txt"), described_names("C0001M01.XML")
    (('gate_location', 'gate'), ('C0001M01', 'C0001'))
    """
    lowered, base = name.lower(), stem(name)
    if lowered.endswith(SIDECAR_SUFFIX):
        return (name[: -len(SIDECAR_SUFFIX)],)
    if lowered.endswith(".json"):
        return _google_names(base)
    if lowered.endswith(".txt") and base.lower().endswith(_LOCATION_SUFFIX):
        return base, base[: -len(_LOCATION_SUFFIX)]
    shorter = (
        _STEM_WITH_LANGUAGE.fullmatch(base)
        if lowered.endswith(SUBTITLE_SUFFIXES)
        else _SONY_NUMBER.fullmatch(base)
        if lowered.endswith(".xml")
        else None
    )
    return (base, shorter[1]) if shorter else (base,)


def _google_names(base: str) -> tuple[str, ...]:
    """Names that a record of Google Photos may mean, from its own name without ``.json``.

    >>> _google_names("2026-11-04-14-26-50-947.jpg.supplemental-metad"), _google_names("gate.jpg")
    (('2026-11-04-14-26-50-947.jpg', '2026-11-04-14-26-50-947.jpg.supplemental-metad'), ('gate.jpg',))
    """
    uncut, number = _without_copy_number(base)
    described, dot, tail = uncut.rpartition(".")
    is_google = bool(dot and described) and _GOOGLE_SUFFIX.startswith(f".{tail.lower()}")
    described = described if is_google else uncut
    numbered = f"{stem(described)}{number}{described[len(stem(described)) :]}"
    names = (numbered, base) if is_google else (base, numbered)
    return tuple(dict.fromkeys(names))


def cut_name(name: str) -> tuple[str, str] | None:
    """Beginning of a media name and number of the copy, for a record whose name Google cut inside the media name.

    >>> cut_name("a-very-long-name-of-a-photo-of-the-north-gate.j(1).json"), cut_name("gate.jpg.json")
    (('a-very-long-name-of-a-photo-of-the-north-gate.j', '(1)'), None)
    """
    if not name.lower().endswith(".json") or name.lower().endswith(SIDECAR_SUFFIX):
        return None
    beginning, number = _without_copy_number(stem(name))
    return (beginning, number) if len(beginning) in _CUT_LENGTHS else None


def original_name(name: str) -> str:
    """Name of the photo of which this one is a changed copy; the same name for any other file.

    >>> original_name("gate-edited(2).jpg"), original_name("gate.jpg")
    ('gate(2).jpg', 'gate.jpg')
    """
    edited = _EDITED.fullmatch(stem(name))
    return f"{edited[1]}{edited[2] or ''}{name[len(stem(name)) :]}" if edited else name


def _without_copy_number(base: str) -> tuple[str, str]:
    found = _COPY_NUMBER.fullmatch(base)
    return (found[1], found[2] or "") if found else (base, "")


def describes_many(name: str) -> bool:
    """Whether a file with this name is a list, a chat or an export, which may describe any file beside it.

    >>> describes_many("posts.csv"), describes_many("_chat.txt"), describes_many("gate.json")
    (True, True, False)
    """
    return _DESCRIBES_MANY.fullmatch(name) is not None


def stem(name: str) -> str:
    """File name without its last extension. A leading dot does not begin an extension."""
    return name[: name.rfind(".")] if name.rfind(".") > 0 else name
