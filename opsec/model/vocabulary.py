"""Closed vocabularies: kinds of hints and files, families, checks, grades and actions."""

from typing import Literal

HintKind = Literal["position", "track", "text", "place", "features", "motion", "time", "device"]
Family = Literal["META", "TEXT", "SIGN", "VISUAL", "CONTEXT"]
Check = Literal["metadata", "telemetry", "sidecar", "caption", "signage", "landmarks", "layout", "speech"]
CheckState = Literal["ran", "not_configured", "failed", "not_applicable"]
CoverageStatus = Literal["read", "partly", "unread"]
Grade = Literal["possible", "probable", "strong"]
CameraMotion = Literal["fixed", "turn", "travel", "overhead", "zoom", "mixed", "unknown"]
Action = Literal["act_now", "act_today", "review", "watch", "nothing_found"]
Confidence = Literal["high", "moderate", "low"]
ZoneClass = Literal[
    "gate", "perimeter", "guard_post", "armoury", "vehicle_park", "antenna", "headquarters", "housing", "other"
]
SiteKind = Literal["base", "airbase", "barracks", "unit", "hq", "depot", "range", "checkpoint", "landmark", "other"]

FileKind = Literal[
    "mp4", "matroska", "avi", "mpegts",  # mp4 stands for every ISO base media file: MP4, MOV, M4V, 3GP, INSV
    "mpegps", "asf", "flv", "mxf",
    "jpeg", "png", "webp", "tiff", "heif", "gif",
    "info_json", "post_list_jsonl", "post_list_csv",
    "json", "srt", "vtt", "ass", "timed_text", "nmea", "gpx", "kml", "tcx", "fit", "xmp",
    "html", "xml", "text",
    "zip", "playlist", "empty", "unknown",
]  # fmt: skip
"""Type of a file: detected from content for media and archives, from the name for texts (they have no magic number).

``timed_text`` stands for subtitles in XML (TTML, YouTube's srv), ``text`` for any other file of plain text.
"""

VIDEO_KINDS: frozenset[FileKind] = frozenset({"mp4", "matroska", "avi", "mpegts", "mpegps", "asf", "flv", "mxf"})
"""Video files: they may have sound and telemetry."""
STILL_IMAGE_KINDS: frozenset[FileKind] = frozenset({"jpeg", "png", "webp", "tiff", "heif"})
"""Images of one frame, as cameras write them."""
MOVING_IMAGE_KINDS: frozenset[FileKind] = VIDEO_KINDS | {"gif"}
"""Everything that the video decoder opens. A GIF has frames over time, so its camera motion is measured."""
IMAGE_KINDS: frozenset[FileKind] = STILL_IMAGE_KINDS | {"gif"}
"""Everything that is posted as an image. A GIF has neither sound nor telemetry, so those checks do not apply to it."""
TRACK_FILE_KINDS: frozenset[FileKind] = frozenset({"nmea", "gpx", "kml", "tcx", "fit"})
"""Files beside a clip that hold its track, not the words of its post."""

CHECKS: tuple[Check, ...] = (
    "metadata", "telemetry", "sidecar", "caption", "signage", "landmarks", "layout", "speech",
)  # fmt: skip
PICTURE_CHECKS: tuple[Check, ...] = ("signage", "landmarks", "layout")
"""Checks that need the pictures of a clip."""
ACTIONS: tuple[Action, ...] = ("act_now", "act_today", "review", "watch", "nothing_found")
"""Most urgent first."""
FLAGGING: frozenset[Action] = frozenset({"act_now", "act_today", "review"})
"""Actions that require an officer."""
