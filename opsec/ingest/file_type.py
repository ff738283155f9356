"""Detect the type of a file from its first bytes; for text formats without a magic number, from its name.

Signatures: ISO/IEC 14496-12 (boxes, brands), ISO/IEC 23008-12 (HEIF brands), AV1 Image File Format,
ITU T.81 (JPEG), W3C PNG, Microsoft RIFF, TIFF 6.0, GIF89a, RFC 8794 (EBML), ISO/IEC 13818-1 (packets
of 188 bytes, 192 in M2TS; pack headers of program streams), Microsoft ASF, Adobe FLV, SMPTE ST 377-1
(MXF), PKWARE APPNOTE, RFC 8216 (playlists), RFC 8866 (SDP), FFmpeg's ffconcat.
"""

import codecs
import re

from opsec.ingest.file_names import kind_by_name
from opsec.model import FileKind

HEAD_BYTES = 4096
"""As much of a file as ``sniff`` wants to see."""

_TOP_LEVEL_BOXES = {b"ftyp", b"moov", b"mdat", b"styp", b"moof"}
_AMBIGUOUS_BOXES = {b"free", b"skip", b"wide", b"pnot"}
"""Box types that also occur as words in text: they count only with a size that is not four letters."""
_MIN_SIZE_OF_LETTERS = 0x20202020
_STILL_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
_VIDEO_BRANDS = {b"isom", b"iso2", b"mp41", b"mp42", b"qt  ", b"3gp4", b"3gp5", b"M4V "}
_MAGIC: tuple[tuple[bytes, FileKind], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
    (b"\x1a\x45\xdf\xa3", "matroska"),
    (b"\0\0\1\xba", "mpegps"),
    (b"FLV\1", "flv"),
    (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), "asf"),
    (bytes.fromhex("060e2b34020501010d010201"), "mxf"),
    (b"PK\3\4", "zip"),
    (b"PK\5\6", "zip"),
)
_PLAYLIST_STARTS = (b"#extm3u", b"ffconcat version", b"[playlist]", b"<asx", b"<smil")
_TEXT_SUFFIX_KINDS: tuple[tuple[str, FileKind], ...] = (
    (".info.json", "info_json"),
    (".jsonl", "post_list_jsonl"),
    (".csv", "post_list_csv"),
    (".json", "json"),
    (".srt", "srt"),
    (".vtt", "vtt"),
    (".nmea", "nmea"),
    (".gps", "nmea"),
    (".gpx", "gpx"),
    (".kml", "kml"),
    (".tsv", "post_list_csv"),
    (".tab", "post_list_csv"),
    (".json3", "json"),
    (".ass", "ass"),
    (".ssa", "ass"),
    (".ttml", "timed_text"),
    (".dfxp", "timed_text"),
    (".srv1", "timed_text"),
    (".srv2", "timed_text"),
    (".srv3", "timed_text"),
    (".tcx", "tcx"),
    (".fit", "fit"),
    (".xmp", "xmp"),
    (".html", "html"),
    (".htm", "html"),
    (".xhtml", "html"),
    (".xml", "xml"),
    (".txt", "text"),
    (".text", "text"),
    (".description", "text"),
    (".log", "text"),
    (".md", "text"),
    (".eml", "text"),
    (".mht", "text"),
    (".mhtml", "text"),
    (".ndjson", "text"),
    (".geojson", "text"),
    (".svg", "text"),
    (".plist", "text"),
    (".wkt", "text"),
    (".igc", "text"),
    (".plt", "text"),
    (".vcf", "text"),
    (".ics", "text"),
)
"""The reader of ``text`` finds JSON, pages, XML, tables and mails by their content, under any of its names."""
_ENCODED_TEXT_STARTS = (b"%PDF-", b"{\\rtf", b"%!PS")
"""Documents in ASCII whose words are encoded: PDF, RTF, PostScript."""
_HTML_STARTS = (b"<!doctype html", b"<html")
_FIT_MAGIC_AT = 8
"""Offset of ``.FIT`` in the header of a FIT file (FIT protocol, section "File header")."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SYNC_BYTES = 3
"""Number of consecutive sync bytes that identify a transport stream."""


def detect_file_kind(head: bytes, name: str) -> FileKind:
    """Detect the type of a file from its first ``HEAD_BYTES`` and, for text formats, its suffix.

    >>> detect_file_kind(b"\\xff\\xd8\\xff\\xe0", "notes.txt")
    'jpeg'
    """
    if not head:
        return "empty"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    return (
        _isobmff_kind(head)
        or _riff_kind(head)
        or _mpegts_kind(head)
        or _fit_kind(head)
        or _playlist_kind(head)
        or _text_kind(name)
        or _text_kind_by_content(head, name)
    )


def _isobmff_kind(head: bytes) -> FileKind | None:
    size, box = int.from_bytes(head[:4], "big"), head[4:8]
    if box in _AMBIGUOUS_BOXES:
        return "mp4" if size < _MIN_SIZE_OF_LETTERS else None
    if box not in _TOP_LEVEL_BOXES:
        return None
    if box != b"ftyp":
        return "mp4"
    end = min(size, len(head)) if size >= 16 else len(head)
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))}
    still = head[8:12] in _STILL_BRANDS or (brands & _STILL_BRANDS and not brands & _VIDEO_BRANDS)
    return "heif" if still else "mp4"


def _riff_kind(head: bytes) -> FileKind | None:
    if head[:4] != b"RIFF":
        return None
    return {b"WEBP": "webp", b"AVI ": "avi"}.get(head[8:12])  # type: ignore[return-value]


def _mpegts_kind(head: bytes) -> FileKind | None:
    for first, step in ((0, 188), (4, 192)):
        if head[first : first + step * _SYNC_BYTES : step] == b"\x47" * _SYNC_BYTES:
            return "mpegts"
    return None


def _playlist_kind(head: bytes) -> FileKind | None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(_PLAYLIST_STARTS) or (text.startswith(b"<?xml") and (b"<mpd" in text or b"<smil" in text)):
        return "playlist"
    if text.startswith(b"<mpd"):
        return "playlist"
    return "playlist" if text.startswith(b"v=0") and b"\no=" in text else None


def _fit_kind(head: bytes) -> FileKind | None:
    return "fit" if head[_FIT_MAGIC_AT : _FIT_MAGIC_AT + 4] == b".FIT" else None


def _text_kind(name: str) -> FileKind | None:
    lowered = name.lower()
    return next((kind for ending, kind in _TEXT_SUFFIX_KINDS if lowered.endswith(ending)), None)


def _text_kind_by_content(head: bytes, name: str) -> FileKind:
    """Detect text in a file whose name says nothing: a chat saved without a suffix, a page, a note.

    A file named like a clip stays unknown, so that it is reported as a clip that could not be read.
    """
    if kind_by_name(name) is not None:
        return "unknown"
    if head.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(_HTML_STARTS):
        return "html"
    return "text" if not head.startswith(_ENCODED_TEXT_STARTS) and _is_text(head) else "unknown"


def _is_text(head: bytes) -> bool:
    """Whether these bytes are text in UTF-8 or UTF-16, without control characters other than white space."""
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)  # the head may end inside a character
    except UnicodeDecodeError:
        return False
    return bool(text.strip()) and _CONTROL.search(text) is None
