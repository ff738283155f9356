"""Links between the evidence of a clip and one of our sites."""

from dataclasses import dataclass

from opsec.model.vocabulary import Grade


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One sentence in both languages, with numbers isolated in the Arabic one."""

    en: str
    ar: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """How a landmark was recognised, in enough detail for a person to check. Coordinates are shares of a picture."""

    photo: str
    """File name of our photo, inside the landmark's folder."""
    mirrored: bool
    """The clip shows it mirrored left to right."""
    inliers: int
    """Distinct inlier locations in the best frame; two that also resemble other places of it count as one.

    Of all registered frames together when no single frame shows enough.
    """
    pictures: tuple[tuple[float, int], ...]
    """Time in seconds and number of inliers of the frames that show it, in the order of the clip.

    Two frames of a clear landmark are enough; no more are compared.
    """
    lines: tuple[tuple[float, float, float, float], ...]
    """Inlier correspondences: x and y in the best frame, x and y in the photo."""
    outline: tuple[tuple[float, float], ...]
    """Four corners around what was recognised, in the best frame."""
    compared: int
    """Number of landmarks that the clip was compared with."""
    names: tuple[tuple[str, str], ...] = ()
    """Language and name of the landmark, as the officer wrote it: for the officer's own pages."""
    extractor: str = "sift"
    """What found the features: the built-in ``sift``, or the name of the model of the officer's that recognised it."""
    one_of: tuple[tuple[str, str], ...] = ()
    """Site and landmark of others that look so similar that it may be one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A link between hints of a clip and a site: the only record that refers to both."""

    hint_ids: tuple[str, ...]
    site: str
    rule: str
    grade: Grade
    log_odds: float
    """Natural logarithm of the likelihood ratio, from ``opsec.verdict.likelihood_ratios``."""
    why: Bilingual
    id: str = ""
    zone: str | None = None
    """Name of the zone that was matched, or its class when it has no name."""
    zone_sensitivity: float | None = None
    landmark: str | None = None
    sighting: Sighting | None = None
    distance_m: float | None = None
    """From the position of the hint to the fence; 0 inside."""
    span: tuple[int, int] | None = None
    """Code points of the hint's text, end exclusive."""
    copy_of: str | None = None
    """Fingerprint of the finding that it was taken from: the clip is a copy of the one that was flagged."""
    copy_name: str | None = None
    """By which the officer knows that finding: its number, or the path of its post."""
    names_only: bool = False
    """The words name the site without tying what the post shows to it: news, a joke, a club of the same name."""
