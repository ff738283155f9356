"""The nouns. Everything that passes between two rooms of the house is one of these.

All are frozen and plain; a measure carries its unit in its name. Bounds stand beside the types
(``annotated_types``), so the one place that receives records from a hostile process can have them
checked without a second list of fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, Len, MaxLen

# ── bounds ────────────────────────────────────────────────────────────────────────────────────
MAX_TEXT = 100_000
"""Code points of one text hint; a longer caption is cut and the cut is said."""
MAX_FIXES = 20_000
"""Fixes of one track; a longer one is thinned by its reader."""

Latitude = Annotated[float, Ge(-90), Le(90)]
Longitude = Annotated[float, Ge(-180), Le(180)]
Degrees = Annotated[float, Ge(0), Le(360)]
Metres = Annotated[float, Ge(0), Le(50_000_000)]
AltitudeM = Annotated[float, Ge(-12_000), Le(1_000_000)]
Seconds = Annotated[float, Ge(0), Le(10_000_000)]
Share = Annotated[float, Ge(0), Le(1)]
ShortText = Annotated[str, MaxLen(1_000)]
LongText = Annotated[str, MaxLen(MAX_TEXT)]
Pixels = Annotated[int, Gt(0), Le(100_000)]
Turn = Annotated[float, Ge(0), Le(100_000)]
"""Degrees of a turn, which may go round more than once."""

# ── vocabularies ──────────────────────────────────────────────────────────────────────────────
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


# ── what a clip says ──────────────────────────────────────────────────────────────────────────
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
    """``count`` records in base64; their layout is told by ``opsec.hints.landmarks``."""
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


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was not (fully) read: a code of ``opsec.language.REASONS`` and its blanks.

    A hostile process may choose the code and fill the blanks; it can never choose the sentence.
    """

    code: Annotated[str, MaxLen(40)]
    blanks: Annotated[tuple[tuple[Annotated[str, MaxLen(40)], ShortText], ...], MaxLen(8)] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """What a media file says of itself, before any of it is believed."""

    duration_s: Annotated[float, Ge(0)] | None = None
    width_px: Annotated[int, Gt(0)] | None = None
    height_px: Annotated[int, Gt(0)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Facts about the post, from a sidecar or a list; every one may be missing."""

    author: ShortText | None = None
    caption: LongText | None = None
    posted_at: Annotated[str, MaxLen(40)] | None = None
    """RFC 3339, with its offset where the source knows it."""
    recorded_at: Annotated[str, MaxLen(40)] | None = None
    url: ShortText | None = None
    source: Annotated[str, MaxLen(40)] | None = None
    """Which kind of record said so: ``yt-dlp``, ``list`` …"""
    views: Annotated[int, Ge(0), Le(10**13)] | None = None
    likes: Annotated[int, Ge(0), Le(10**13)] | None = None
    shares: Annotated[int, Ge(0), Le(10**13)] | None = None


@dataclass(frozen=True, slots=True)
class ListedPost:
    """One row of a post list: facts, and the file it speaks of, if it names one."""

    post: Post
    media: ShortText | None = None
    """File name as the list writes it: a name to look for beside the list, never a path to open."""
    hints: Annotated[tuple[Hint, ...], MaxLen(100)] = ()
    """Places, positions and words that the list itself tells of this post."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside an archive."""

    index: Annotated[int, Ge(0)]
    name: ShortText
    size_bytes: Annotated[int, Ge(0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that one file (a medium, a sidecar, a list, an archive) gave to its readers.

    It is what comes back from the worker, and what the case file keeps under the file's SHA-256.
    """

    status: CoverageStatus = "read"
    reasons: Annotated[tuple[Reason, ...], MaxLen(50)] = ()
    """Why the status is not ``read``, or what was cut or left out."""
    checks: Mapping[Check, CheckState] = field(default_factory=dict)
    claim: Claim | None = None
    frames_read: Annotated[int, Ge(0)] = 0
    """Pictures that were decoded."""
    seconds_read: Seconds | None = None
    """How far into the film pictures were decoded."""
    hints: Annotated[tuple[Hint, ...], MaxLen(5_000)] = ()
    post: Post | None = None
    posts: Annotated[tuple[ListedPost, ...], MaxLen(100_000)] = ()
    members: Annotated[tuple[Member, ...], MaxLen(100_000)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of a post, and what was read from it."""

    role: Literal["media", "sidecar"]
    path: str
    sha256: str | None
    """None when the file could not be opened."""
    kind: FileKind | None
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPost:
    """A post as it was read: everything that is needed to match it again without opening a file."""

    path: str
    """Of the medium; of the list with its row (``posts.csv#12``) when there is no medium."""
    parts: tuple[Part, ...]
    listed: ListedPost | None = None
    reasons: tuple[Reason, ...] = ()
    """Trouble of the post as a whole: its medium is missing, its list had an unknown column."""
    folders: tuple[str, ...] = ()
    """Names of the folders and archives in which it lies under the path that was scanned, the outermost first;
    never a part of that path itself, which is the officer's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a clip could be checked. *Not checked* is an answer of its own."""

    status: CoverageStatus
    reasons: tuple[Reason, ...] = ()
    seconds_claimed: float | None = None
    seconds_read: float | None = None
    frames_read: int = 0
    checks: Mapping[Check, CheckState]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A posted clip (or photo, or a post whose medium is missing) with everything read from it."""

    path: str
    """As the officer would find it again; harmless to print only through ``opsec.shown``."""
    sha256: str | None
    """Of the medium's bytes; none when there is no medium or it could not be opened."""
    post: Post
    coverage: Coverage
    hints: tuple[Hint, ...]


# ── what the officer protects ─────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class Geofence:
    """An outline drawn by the officer: a site's perimeter, a zone inside it, or a building's footprint."""

    role: Literal["perimeter", "zone", "building"]
    rings: tuple[tuple[tuple[Point, ...], ...], ...]
    """Polygons; of each its outer ring first, then its holes. Rings are closed."""
    name: str | None = None
    zone_class: ZoneClass | None = None
    sensitivity: float | None = None
    """0 to 1; none: the site's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmark:
    """Something of the site that a camera can recognise, with the officer's photos of it."""

    id: str
    photos: tuple[str, ...]
    """File names inside the landmark's folder."""
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    position: Point | None = None
    heading_deg: float | None = None
    """Direction in which the landmark's photographed side faces."""
    zone: str | None = None
    sensitivity: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One of *our* places: what the process that opens hostile media must never hold."""

    id: str
    kind: SiteKind
    names: Mapping[str, tuple[str, ...]]
    """Language tag → names in that language."""
    weak_names: tuple[str, ...] = ()
    """Names that are also everyday words: they count only beside a military word."""
    unit_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Language tag → units stationed here."""
    code: str
    """What shared reports call the site; never its name."""
    unit: str | None = None
    sensitivity: float = 0.5
    alert_radius_m: float = 500.0
    prior: float = 0.10
    """Share of the scanned posts that truly show one of our sites."""
    time_zone: str | None = None
    quiet_hours: tuple[str, str] | None = None
    fences: tuple[Geofence, ...] = ()
    landmarks: tuple[Landmark, ...] = ()


# ── where the two meet ────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Bilingual:
    """One sentence in both languages, numbers isolated in the Arabic one."""

    en: str
    ar: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """How a landmark was recognised: enough for a person to check it at a glance. Places are shares of a picture."""

    photo: str
    """File name of our photo, inside the landmark's folder."""
    mirrored: bool
    """The clip shows it flipped left and right."""
    inliers: int
    """Places of the best picture that agree with the photo; of all pictures laid upon it, where none shows enough."""
    pictures: tuple[tuple[float, int], ...]
    """Second and agreeing places of the pictures that were looked at and show it, in the order of the clip. Of a clear
    landmark two are enough, and no more are looked at."""
    lines: tuple[tuple[float, float, float, float], ...]
    """x and y in the best picture, x and y in the photo, of places that agree."""
    outline: tuple[tuple[float, float], ...]
    """Four corners around what was recognised, in the best picture."""
    compared: int
    """Landmarks that the clip was compared with."""
    one_of: tuple[tuple[str, str], ...] = ()
    """Site and landmark of others that look so alike that it may be one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A hint meets a site: the only place where a clip and a base touch."""

    hint_ids: tuple[str, ...]
    site: str
    rule: str
    grade: Grade
    log_odds: float
    """Natural logarithm of the likelihood ratio, from ``opsec.judge.likelihood``."""
    why: Bilingual
    id: str = ""
    zone: str | None = None
    """Name of the zone that was met, or its class when it has no name."""
    zone_sensitivity: float | None = None
    landmark: str | None = None
    sighting: Sighting | None = None
    distance_m: float | None = None
    """From the hint's place to the fence, 0 inside."""
    span: tuple[int, int] | None = None
    """Code points of the hint's text, end exclusive."""


# ── what the officer is told ──────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Contribution:
    """One line of the printed sum."""

    family: str
    """A hint family, or ``PRIOR``."""
    log_odds: float
    why: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The clip's one answer, with its sum and with what was not assessed."""

    action: Action
    site: str | None
    likelihood: float
    """That the clip exposes the site, 0.01 to 0.99."""
    confidence: Confidence
    """How much of the clip could be assessed at all."""
    severity: float
    """0 to 1: what the exposure would give away."""
    contributions: tuple[Contribution, ...] = ()
    not_assessed: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """A line of the plan that shows what was in view: metres east and north of the middle of the site."""

    sort: Literal["fence", "zone", "zone_seen", "building", "view", "walk"]
    corners: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How much of a base's layout a clip gives away: the parts first, then one figure. None: not assessed, never 0."""

    motion: CameraMotion = "unknown"
    sweep_deg: float | None = None
    """Range of headings and the field of view together, at least; 360 is all round."""
    heading_deg: float | None = None
    """Range of headings, at least."""
    hfov_deg: float | None = None
    views: int | None = None
    overhead_s: float | None = None
    at_least: bool = False
    """The figures are lower bounds."""
    site: str | None = None
    """The site that the next three are about: other evidence ties the clip to it."""
    zones_seen: tuple[str, ...] | None = None
    """Names (or classes) of the zones that lay in view."""
    share_of_base: float | None = None
    """Share of the ground inside the fence that lay in view, 0 to 1."""
    walked_m: float | None = None
    """Length of the way walked inside the fence: where somebody was, never what was shown."""
    bearing_deg: float | None = None
    """Where the camera looked, clockwise from north, as two recognised landmarks tell it."""
    basis: str = "not_assessed"
    """``pixels``, ``telemetry``, ``landmarks``, or several joined by ``+``."""
    score: float | None = None
    """0 to 1."""
    drawing: tuple[Outline, ...] = ()
    """For the officer's own page; never in a record that travels."""


GROUND_GRID = 32
"""Cells along each side of the box around a fence, in which what was seen of its ground is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one clip shows of one site, in a form that can be united with what other clips show of it."""

    site: Annotated[str, MaxLen(200)]
    score: Share | None = None
    """Of the clip, as in ``Layout``."""
    sweep_deg: Turn | None = None
    """Of its widest turn, whichever way that looked."""
    sectors: Annotated[tuple[tuple[Degrees, Degrees], ...], MaxLen(400)] = ()
    """Where it looked, as telemetry or landmarks tell it: clockwise from north, from and how far on."""
    zones: Annotated[tuple[ShortText, ...], MaxLen(2_000)] | None = None
    """Names, or classes, of the zones in view; none where that was not assessed."""
    plan: Annotated[str, MaxLen(64)] = ""
    """Names the fence that the next two were reckoned with; empty where no ground in view is known."""
    ground: Annotated[str, MaxLen(2_000)] = ""
    """``GROUND_GRID`` squared bytes in base64, row by row from the south-west: how surely each cell was made out."""
    cells: Annotated[float, Ge(0), Le(GROUND_GRID**2)] = 0.0
    """How many of them lie inside the fence; those on the fence in part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One clip exposes one site, with all its evidence under it."""

    fingerprint: str
    """Steady over paths, scans, and redrawn fences: made of the clip, the site and nothing that drifts."""
    rule: str
    """The rule of the strongest match."""
    site: str
    likelihood: float
    """Of this site; the verdict tells that of the site exposed most."""
    severity: float
    match_ids: tuple[str, ...]
    action: Action
    state: Literal["open", "hidden"] = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A clip, scanned."""

    clip: Clip
    matches: tuple[Match, ...]
    verdict: Verdict
    findings: tuple[Finding, ...]
    layout: Layout = Layout()
    shown: tuple[Shown, ...] = ()
    """What it shows of each site that other evidence ties it to."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was met and deliberately not opened or not read, and why."""

    path: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Counts:
    """What the last line of every scan says."""

    clips: int
    read: int
    """Fully or in part."""
    flagged: int
    hidden: int
    """Findings that an officer's decision keeps out of sight."""
    not_fully_checked: int
    """Read in part or not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """Everything one scan has to say, in the order of the paths."""

    settings_sha256: str
    sites_sha256: str
    site_codes: Mapping[str, str]
    """Site id → the code that shared reports use."""
    results: tuple[Result, ...]
    skipped: tuple[Skipped, ...]
    counts: Counts
    own_photos: Mapping[str, Picture] = field(default_factory=dict)
    """Small pictures of our own photos that the sightings speak of; none unless the officer asked for them: with them
    a page is for nobody else's eyes."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Told to whoever watches a scan, once a clip."""

    done: int
    total: int
    path: str
    status: CoverageStatus
    flagged: bool


# ── what command is told ──────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureLine:
    """Findings on one site by one kind of leak in one week."""

    site_code: str
    rule: str
    findings: int
    findings_week_before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstClip:
    """A clip as command sees it: how bad, which base code, what kind of leak; nothing to find it by."""

    fingerprint: str
    site_code: str
    rule: str
    action: Action
    likelihood: float
    severity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseShown:
    """What all clips of one base show of it together. What two of them show counts once; none: not assessed."""

    site_code: str
    clips: int
    """That show the base, since the case file began."""
    assessed: int
    """Of them, those of which anything about the layout could be told."""
    zones: int | None
    """Zones in view of at least one of them."""
    ground_share: float | None
    """Of the ground inside the fence."""
    outdated: int
    """Clips whose ground was reckoned with a fence that was redrawn since: left out until they are matched anew."""
    sectors_deg: float | None
    """Headings that they cover together, where their compass is known."""
    sweep_deg: float | None
    """Of the widest single turn."""
    score: float | None
    """How much of the layout they give away, at least: of the widest clip, or of all ground together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """A week of the case file, summed up. Holds no coordinate, caption, handle or place name."""

    week: str
    """ISO 8601 week, ``2026-W47``."""
    first_day: str
    last_day: str
    clips: int
    clips_week_before: int
    flagged: int
    flagged_week_before: int
    not_fully_checked: int
    not_fully_checked_by_reason: Mapping[str, int]
    """Code of ``opsec.language.REASONS`` → clips."""
    lines: tuple[ExposureLine, ...]
    worst: tuple[WorstClip, ...]
    together: tuple[BaseShown, ...] = ()
    """Up to the end of the week: whoever means us harm keeps what was posted earlier."""
