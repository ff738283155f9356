"""The records that pass between the packages.

All are frozen dataclasses; a measure carries its unit in its name. Bounds are part of the types
(``annotated_types``), so the one place that receives records from a hostile process can check them
without a second list of fields.
"""

from opsec.model.bounds import (
    MAX_FIXES,
    MAX_TEXT_LENGTH,
    AltitudeM,
    Degrees,
    Latitude,
    Longitude,
    LongText,
    Metres,
    Pixels,
    Seconds,
    Share,
    ShortText,
    TurnDegrees,
)
from opsec.model.clip import Claim, Clip, Coverage, ListedPost, Member, Post, PostFile, Reading, ReadPost, Reason
from opsec.model.exposure import Exposure, ExposureLine, SiteCoverageSummary, WorstClip
from opsec.model.finding import Contribution, Counts, Finding, Progress, Result, Scan, Skipped, Verdict
from opsec.model.ground_grid import GROUND_GRID
from opsec.model.hint import Features, Fix, Hint, Motion, Picture, Point
from opsec.model.layout import Layout, PlanLine, SiteCoverage
from opsec.model.match import Bilingual, Match, Sighting
from opsec.model.notes import Note
from opsec.model.site import Geofence, Landmark, Site
from opsec.model.vocabulary import (
    ACTIONS,
    CHECKS,
    FLAGGING,
    Action,
    CameraMotion,
    Check,
    CheckState,
    Confidence,
    CoverageStatus,
    Family,
    FileKind,
    Grade,
    HintKind,
    SiteKind,
    ZoneClass,
)

__all__ = [
    "ACTIONS",
    "CHECKS",
    "FLAGGING",
    "GROUND_GRID",
    "MAX_FIXES",
    "MAX_TEXT_LENGTH",
    "Action",
    "AltitudeM",
    "Bilingual",
    "CameraMotion",
    "Check",
    "CheckState",
    "Claim",
    "Clip",
    "Confidence",
    "Contribution",
    "Counts",
    "Coverage",
    "CoverageStatus",
    "Degrees",
    "Exposure",
    "ExposureLine",
    "Family",
    "Features",
    "FileKind",
    "Finding",
    "Fix",
    "Geofence",
    "Grade",
    "Hint",
    "HintKind",
    "Landmark",
    "Latitude",
    "Layout",
    "ListedPost",
    "LongText",
    "Longitude",
    "Match",
    "Member",
    "Metres",
    "Motion",
    "Note",
    "Picture",
    "Pixels",
    "PlanLine",
    "Point",
    "Post",
    "PostFile",
    "Progress",
    "ReadPost",
    "Reading",
    "Reason",
    "Result",
    "Scan",
    "Seconds",
    "Share",
    "ShortText",
    "Sighting",
    "Site",
    "SiteCoverage",
    "SiteCoverageSummary",
    "SiteKind",
    "Skipped",
    "TurnDegrees",
    "Verdict",
    "WorstClip",
    "ZoneClass",
]
