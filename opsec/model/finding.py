"""What the officer is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from opsec.model.clip import Clip, Reason
from opsec.model.hint import Picture
from opsec.model.layout import Layout, Shown
from opsec.model.match import Bilingual, Match
from opsec.model.vocabulary import Action, Check, Confidence, CoverageStatus


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
    layout: Layout = field(default_factory=Layout)
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
