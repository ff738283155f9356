"""Shares and detection rates of the families, from the exposing posts of which the truth is known.

A Dirichlet prior on the shares and a Beta prior on each detection rate are centred on the shipped values (conjugate:
Gelman et al., *Bayesian Data Analysis*, 3rd edition, section 3.4). They are counted and not fitted with the ratios,
because they describe exposing posts alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from opsec.model import Family
from opsec.verdict.calibration.observations import Observation
from opsec.verdict.likelihood_ratios import Channel

PSEUDO_POSTS = 20.0
"""Posts that a shipped estimate is worth; a measured value is worth the posts that it was counted in."""
MIN_POSTS = 30
"""Exposing posts from which on the shares change."""
MIN_FAMILY_POSTS = 10
"""Exposing posts of a family from which on its detection changes."""
SHARE_LIMITS, DETECTION_LIMITS = (0.01, 0.90), (0.50, 0.995)


@dataclass(frozen=True, slots=True)
class FittedChannel:
    """A family before and after."""

    family: Family
    before: Channel
    after: Channel
    exposing: int
    """Exposing posts by this family."""
    found: int
    """Of these, with its check run to the end: posts in which it was found."""
    checked: int

    @property
    def is_changed(self) -> bool:
        """Whether its values differ."""
        return self.after != self.before


def fit_channels(
    observations: Sequence[Observation],
    current: Mapping[Family, Channel],
    shipped: Mapping[Family, Channel],
    set_name: str,
) -> tuple[FittedChannel, ...]:
    """Return each family with new values; where the data are too few, with those it has.

    Parameters
    ----------
    observations
        Posts whose truth is known; decided findings are left out, for what nobody flagged is missing among them.
    current, shipped
        Values in use, and those that the program ships, to which the new ones are drawn.
    set_name
        Name of the data.
    """
    exposing = [one for one in observations if one.exposes and not one.by_decision]
    known = [(one, families) for one in exposing if (families := _families(one) & shipped.keys())]
    counts = {family: sum(1 / len(families) for _one, families in known if family in families) for family in shipped}
    worth = {family: float(channel.count) or PSEUDO_POSTS for family, channel in shipped.items()}
    total = sum(channel.share for channel in shipped.values())
    pseudo = sum(worth.values()) / len(worth)
    whole = len(known) + pseudo
    fitted = []
    for family, before in current.items():
        base = shipped[family]
        share, detection = before.share, before.detection
        if len(known) >= MIN_POSTS:
            share = _within((counts[family] + pseudo * base.share / total) / whole, SHARE_LIMITS)
        truly = [one for one in exposing if one.shown_by is not None and family in one.shown_by]
        checked = [one for one in truly if family in one.checked]
        found = sum(family in one.votes for one in checked)
        if len(checked) >= MIN_FAMILY_POSTS:
            rate = (found + worth[family] * base.detection) / (len(checked) + worth[family])
            detection = _within(rate, DETECTION_LIMITS)
        after = Channel(share, detection, set_name, len(exposing), before.share_without_reference)
        is_new = (share, detection) != (before.share, before.detection)
        of_family = sum(family in families for _one, families in known)
        fitted.append(FittedChannel(family, before, after if is_new else before, of_family, found, len(checked)))
    return tuple(fitted)


def _families(one: Observation) -> frozenset[Family]:
    """Families by which a post exposes a site: what is known of it, else what was found."""
    return one.shown_by if one.shown_by is not None else frozenset(one.votes)


def _within(value: float, limits: tuple[float, float]) -> float:
    return min(limits[1], max(limits[0], value))
