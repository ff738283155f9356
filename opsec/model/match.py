"""Where a clip and a site meet."""

from dataclasses import dataclass

from opsec.model.vocabulary import Grade


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
    """Places of the best picture that agree with the photo, two that look like other places of it too as one; of all
    pictures laid upon it, where none shows enough."""
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
    """Natural logarithm of the likelihood ratio, from ``opsec.verdict.judge.likelihood``."""
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
