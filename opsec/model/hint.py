"""What one piece of evidence is made of."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le, Len, MaxLen

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
    ShortText,
    Turn,
)
from opsec.model.vocabulary import CameraMotion, Family, HintKind


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the WGS 84 ellipsoid, in degrees. Latitude first, everywhere but at shapely's door."""

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
    """Of the camera or its gimbal: 0 level, -90 straight down."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A small picture made anew from a frame, so that a person can check what was seen."""

    width_px: Pixels
    height_px: Pixels
    jpeg_base64: Annotated[str, MaxLen(160_000)]
    """JPEG (ITU-T T.81) in base64 (RFC 4648). Only a browser ever opens it."""


@dataclass(frozen=True, slots=True)
class Features:
    """Local features of one frame, quantised: what a landmark is recognised by."""

    width_px: Pixels
    """Of the picture in which they were found, upright."""
    height_px: Pixels
    count: Annotated[int, Ge(0), Le(2_000)]
    keypoints: Annotated[str, MaxLen(40_000)]
    """``count`` records in base64; their layout is told by ``opsec.readers.video.landmark_features``."""
    descriptors: Annotated[str, MaxLen(800_000)]
    """``count`` rows in base64, one byte a component."""
    maker: Annotated[str, MaxLen(40)] = "sift"
    """What found them; features of different makers cannot be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """How the camera moved in one shot. What could not be told is none, never a guess."""

    motion: CameraMotion
    heading_deg: Turn | None = None
    """Range of headings that the camera swept, at least."""
    hfov_deg: Degrees | None = None
    """Horizontal field of view."""
    sweep_deg: Turn | None = None
    """Range of headings and the field of view together, at least."""
    views: Annotated[int, Ge(0), Le(10_000)] | None = None
    """Views that differ from each other."""
    overhead_s: Seconds | None = None
    pace: Annotated[float, Ge(0), Le(1_000)] | None = None
    """How fast what is near passes by a travelling camera, in shorter sides of the picture a second."""
    selfie: bool = False
    """A person stays in the middle while the background sweeps past."""
    at_least: bool = False
    """The figures are lower bounds: part of the shot could not be followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """One piece of evidence in a clip. It knows nothing of any base."""

    kind: HintKind
    family: Family
    reader: Annotated[str, MaxLen(40)]
    """Name of the reader that found it."""
    field: Annotated[str, MaxLen(200)]
    """Where it stood: ``caption``, ``filename``, ``moov/udta/©xyz``, ``EXIF GPS`` …"""
    id: Annotated[str, MaxLen(20)] = ""
    """``h1``, ``h2`` … in the order of the clip; given when the clip is put together."""
    at_s: Seconds | None = None
    until_s: Seconds | None = None
    box: Annotated[tuple[Share, Share, Share, Share], Len(4, 4)] | None = None
    """x, y, width, height as shares of the frame."""
    point: Point | None = None
    accuracy_m: Metres | None = None
    """Radius of the circle in which the place lies; none when the source does not tell."""
    heading_deg: Degrees | None = None
    altitude_m: AltitudeM | None = None
    fixes: Annotated[tuple[Fix, ...], MaxLen(MAX_FIXES)] = ()
    text: LongText | None = None
    note: ShortText | None = None
    features: Features | None = None
    motion: Motion | None = None
    picture: Picture | None = None
    """Evidence to look at: the crop of a sign, the frame of the features, the strip of a turn."""
