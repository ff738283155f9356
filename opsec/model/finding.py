"""Results for the officer: findings, the verdict on a clip, and the whole scan."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from opsec.model.clip import Clip, Reason
from opsec.model.decision import UNDECIDED, Decision, FindingState
from opsec.model.hint import Picture
from opsec.model.layout import Layout, SiteCoverage
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
    """The one answer for a clip, with its sum and with what was not assessed."""

    action: Action
    site: str | None
    likelihood: float
    """Likelihood that the clip exposes the site, 0.01 to 0.99."""
    confidence: Confidence
    """How much of the clip could be assessed at all."""
    severity: float
    """0 to 1: how much harm the exposure would do."""
    action_why: Bilingual | None = None
    """The rule that led to the action."""
    names_only: bool = False
    """Words name the site, but nothing ties what the post shows to it: news, a joke, a club of the same name."""
    contributions: tuple[Contribution, ...] = ()
    not_assessed: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One clip exposes one site; all the evidence for it is gathered here."""

    fingerprint: str
    """Stable identifier made of the clip and the site: the same for every path, scan and redrawn fence."""
    rule: str
    """The rule of the strongest match."""
    site: str
    likelihood: float
    """Likelihood for this site; the verdict gives that of the site exposed most."""
    severity: float
    match_ids: tuple[str, ...]
    action: Action
    decision: Decision = UNDECIDED
    """From the case file; without one, nothing is decided."""
    number: str = ""
    """By which pages name it, keyed by a secret of the case file; empty without a case file."""
    copy_of: str | None = None
    """Fingerprint of the finding whose decisions apply to this one too."""
    is_new: bool = True
    """No scan before this one has seen it."""

    @property
    def state(self) -> FindingState:
        """State by the decision in force."""
        return self.decision.state

    @property
    def is_hidden(self) -> bool:
        """Whether a decision or an allow rule hides it."""
        return self.decision.state == "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Everything that one scan found out about one clip."""

    clip: Clip
    matches: tuple[Match, ...]
    verdict: Verdict
    findings: tuple[Finding, ...]
    layout: Layout = field(default_factory=Layout)
    site_coverage: tuple[SiteCoverage, ...] = ()
    """What it shows of each site that other evidence connects it with."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was found and deliberately not opened or not read, and why."""

    path: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts in the last line of every scan."""

    clips: int
    read: int
    """Clips read fully or in part."""
    flagged: int
    hidden: int
    """Findings hidden by an officer's decision."""
    not_fully_checked: int
    """Clips read in part or not at all, and skipped files that may be clips."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """All results of one scan, in the order of the paths."""

    settings_sha256: str
    sites_sha256: str
    site_codes: Mapping[str, str]
    """Site id → the code that shared reports use."""
    results: tuple[Result, ...]
    skipped: tuple[Skipped, ...]
    counts: Counts
    site_time_zones: Mapping[str, str] = field(default_factory=dict)
    """Site id → its time zone in the IANA database, where the officer set one."""
    own_photos: Mapping[str, Picture] = field(default_factory=dict)
    """Small pictures of our own photos that the sightings refer to, by ``own_photo_key``.

    Empty unless the officer asked for them: a page with them is for nobody else.
    """
    shows_plans: bool = False
    """Whether pages may draw the fences to scale: a drawn fence can be looked for on satellite images."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of a scan, sent to its listener once for each clip."""

    done: int
    total: int
    path: str
    status: CoverageStatus
    flagged: bool


def own_photo_key(site: str, landmark: str | None, photo: str) -> str:
    """Key of one of our own photos in ``Scan.own_photos``."""
    return f"{site}/{landmark}/{photo}"


def referenced_photos(scan: Scan) -> set[tuple[str, str, str]]:
    """Site, landmark and file name of every photo that the sightings of a scan refer to."""
    return {
        (match.site, match.landmark, match.sighting.photo)
        for result in scan.results
        for match in result.matches
        if match.sighting and match.landmark
    }
