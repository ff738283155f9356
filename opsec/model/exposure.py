"""What command is told."""

from collections.abc import Mapping
from dataclasses import dataclass

from opsec.model.vocabulary import Action


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
    """Code of ``opsec.i18n.messages.REASONS`` → clips."""
    lines: tuple[ExposureLine, ...]
    worst: tuple[WorstClip, ...]
    together: tuple[BaseShown, ...] = ()
    """Up to the end of the week: whoever means us harm keeps what was posted earlier."""
