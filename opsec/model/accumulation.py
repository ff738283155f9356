"""What the clips of one site reveal together: a mosaic of its layout, and routines; codes and numbers only."""

from dataclasses import dataclass

from opsec.model.vocabulary import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownParts:
    """Parts of a site that clips show; the same fields for all clips together and for what one of them adds."""

    ground: float
    """Share of the ground inside the fence that was in view, 0 to 1."""
    zones: int
    headings_deg: float
    """Degrees of the compass."""
    presence: bool
    """Words that somebody is there now."""
    strength: bool
    """Words on how many are there, or when they change."""
    exposure: float
    """The weighted sum of these, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MosaicClip:
    """A clip of a mosaic, and what it adds to the clips above it."""

    number: str
    """Of its finding."""
    posts: int
    """Posts of it, copies included: all of them have to go."""
    adds: ShownParts


@dataclass(frozen=True, slots=True, kw_only=True)
class Mosaic:
    """Finding of a site: its clips of some days show together what none of them shows alone."""

    site_code: str
    number: str
    """Keyed by a secret of the case file, as those of other findings."""
    days: int
    """Length of the period, up to the end of the week."""
    clips: int
    """Distinct clips; copies of one are one."""
    removed: int
    """Clips of the period that were removed already, and are not counted."""
    outdated: int
    """Clips whose ground was computed with a fence that was redrawn since, and is left out."""
    shown: ShownParts
    """By all clips together."""
    zones_drawn: int | None
    """Zones that the officer drew; None where no clip says."""
    best_clip: float
    """Exposure of the clip that shows most."""
    severity: float
    """1 - (1 - that of the worst clip)(1 - exposure)."""
    action: Action
    """``watch`` when the thresholds of a mosaic are not reached: then it is no finding."""
    cover: tuple[MosaicClip, ...]
    """The few clips that show most of it, the one that adds most first."""
    take_down: tuple[str, ...]
    """Numbers of the clips whose removal closes most of it; empty when too many clips show the same."""
    left: float
    """Exposure that is left after their removal."""

    @property
    def is_finding(self) -> bool:
        """Whether the rule MOSAIC fired."""
        return self.action != "watch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine:
    """Posts at one site that return to one hour of the week or of the day."""

    site_code: str
    account: str | None
    """Pseudonym of the account, keyed by a secret of the case file; None: all accounts together."""
    weekday: int | None
    """0 is Monday; None: every day with posts."""
    starts: str
    """Beginning of the hour on the clock of the site, ``HH:MM``."""
    time_zone: str
    """Of the site, as in the IANA database; ``UTC`` where none is set."""
    periods: int
    """Weeks (days, where ``weekday`` is None) with a post in that hour."""
    active: int
    """Weeks (days) with any post."""
    chance: float
    """Of at least as many without a routine."""
    findings: tuple[str, ...]
    """Numbers of the findings with posts in that hour, the latest last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UntimedPosts:
    """Posts of a site that no routine can be looked for in, because their time or its zone is unknown."""

    site_code: str
    posts: int
    of: int
