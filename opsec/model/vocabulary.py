"""The closed vocabularies: kinds, families, grades and the words an officer is told."""

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
    "jpeg", "png", "webp", "tiff", "heif", "gif",
    "info_json", "post_list_jsonl", "post_list_csv",
    "json", "srt", "vtt", "nmea", "gpx", "kml",
    "zip", "playlist", "empty", "unknown",
]  # fmt: skip
"""What a file is: of media and archives told by content, of texts by their name (a text has no magic number)."""

CHECKS: tuple[Check, ...] = (
    "metadata", "telemetry", "sidecar", "caption", "signage", "landmarks", "layout", "speech",
)  # fmt: skip
ACTIONS: tuple[Action, ...] = ("act_now", "act_today", "review", "watch", "nothing_found")
"""Most urgent first."""
FLAGGING: frozenset[Action] = frozenset({"act_now", "act_today", "review"})
"""Action words that ask an officer for something."""
