"""One piece of evidence, and the records it consists of."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Le, Len, MaxLen

from opsec.model.bounds import (
    MAX_FIXES,
    AltitudeM,
    Degrees,
    Latitude,
    Longitude,
    LongText,
    Metres,
    Pixels,
    Seconds,
    Share,
    TurnDegrees,
)
from opsec.model.notes import MAX_NOTES, Note
from opsec.model.vocabulary import CameraMotion, Family, HintKind


@dataclass(frozen=True, slots=True)
class Point:
    """A position on the WGS 84 ellipsoid in degrees: latitude first everywhere except in calls of shapely."""

    lat: Latitude
    lon: Longitude


@dataclass(frozen=True, slots=True)
class Fix:
    """One sample of a track."""

    at_s: Seconds
    """Seconds from the start of the clip."""
    point: Point
    altitude_m: AltitudeM | None = None
    heading_deg: Degrees | None = None
    accuracy_m: Metres | None = None
    speed_mps: Annotated[float, Ge(0), Le(12_000)] | None = None
    pitch_deg: Annotated[float, Ge(-180), Le(180)] | None = None
    """Pitch of the camera or its gimbal: 0 level, -90 straight down."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A small re-encoded picture of a frame, by which a person can check the evidence."""

    width_px: Pixels
    height_px: Pixels
    jpeg_base64: Annotated[str, MaxLen(160_000)]
    """JPEG (ITU-T T.81) in base64 (RFC 4648). Only a browser opens it."""


@dataclass(frozen=True, slots=True)
class Features:
    """Local features of one frame, quantised, by which landmarks are recognised."""

    width_px: Pixels
    """Of the upright frame in which they were extracted."""
    height_px: Pixels
    count: Annotated[int, Ge(0), Le(2_000)]
    keypoints: Annotated[str, MaxLen(40_000)]
    """``count`` records in base64; their layout is defined by ``opsec.vision.features.feature_packing``."""
    descriptors: Annotated[str, MaxLen(800_000)]
    """``count`` rows in base64, one byte a component or coefficient."""
    maker: Annotated[str, MaxLen(40)] = "sift"
    """Name of the feature extractor; features of different extractors cannot be compared."""
    coding: Annotated[str, MaxLen(40)] = "plain"
    """How both strings are quantised; case files of earlier versions have ``plain`` features only."""


@dataclass(frozen=True, slots=True)
class FrameHashes:
    """Perceptual hashes of the frames of one clip, by which its copies are recognised; no evidence of any place."""

    frames: Annotated[str, MaxLen(6_000)]
    """Records in base64; ``opsec.vision.copies.packing`` defines their layout."""
    step_s: Annotated[float, Gt(0), Le(1_000)]
    """Length of one step of the signal."""
    signal: Annotated[str, MaxLen(3_000)]
    """How much the frames change in each step, in base64; empty for a photo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """How the camera moved in one shot. What could not be measured is None, never a guess."""

    motion: CameraMotion
    heading_deg: TurnDegrees | None = None
    """Range of headings that the camera swept, at least."""
    hfov_deg: Degrees | None = None
    """Horizontal field of view."""
    sweep_deg: TurnDegrees | None = None
    """Range of headings plus the field of view, at least."""
    views: Annotated[int, Ge(0), Le(10_000)] | None = None
    """Number of distinct views."""
    overhead_s: Seconds | None = None
    pace: Annotated[float, Ge(0), Le(1_000)] | None = None
    """Image speed of nearby objects in a travelling shot, in shorter frame sides per second."""
    selfie: bool = False
    """A person stays in the middle while the background sweeps past."""
    at_least: bool = False
    """The figures are lower bounds: part of the shot could not be tracked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """One piece of evidence in a clip; it knows nothing of any site."""

    kind: HintKind
    family: Family
    reader: Annotated[str, MaxLen(40)]
    """Name of the reader that found it."""
    field: Annotated[str, MaxLen(200)]
    """Where it was found: ``caption``, ``filename``, ``moov/udta/©xyz``, ``EXIF GPS`` …"""
    id: Annotated[str, MaxLen(20)] = ""
    """``h1``, ``h2`` … in the order of the clip; assigned when the clip is assembled."""
    at_s: Seconds | None = None
    until_s: Seconds | None = None
    box: Annotated[tuple[Share, Share, Share, Share], Len(4, 4)] | None = None
    """x, y, width, height as shares of the frame."""
    box_at_s: Seconds | None = None
    """Time of the frame that the box refers to; None where the reader does not give it."""
    point: Point | None = None
    accuracy_m: Metres | None = None
    """Error radius of the position; None when the source gives none."""
    heading_deg: Degrees | None = None
    altitude_m: AltitudeM | None = None
    fixes: Annotated[tuple[Fix, ...], MaxLen(MAX_FIXES)] = ()
    text: LongText | None = None
    notes: Annotated[tuple[Note, ...], MaxLen(MAX_NOTES)] = ()
    """What its reader adds to the evidence."""
    features: Features | None = None
    hashes: FrameHashes | None = None
    motion: Motion | None = None
    picture: Picture | None = None
    """Picture to look at: the crop of a sign, the frame of the features, the panorama of a turn."""

    def find_note(self, code: str) -> Note | None:
        """The first note of this code, if there is one."""
        return next((note for note in self.notes if note.code == code), None)
