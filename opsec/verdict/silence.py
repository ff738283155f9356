"""Silence: what the checks that ran and found nothing take away from the log-odds of a site.

An exposing post exposes the site by one family of evidence or another. Among the families that a clip has anything of,
let each have its share of exposing posts, and its check find them with its detection rate. Then an exposing post stays
silent in all checks that could have found the site with probability 1 − Σ share × detection, and a post that exposes
nothing nearly always.

Frames show a site less often where its officer knows no landmark than where he does, so the share of that family is
smaller at a site without photos. Its check takes nothing away there, and what the other checks would have found is
most of what there is to find. A position can lie inside a base whose fence nobody drew, so the share of positions
stays the same.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from opsec.model import Check, Clip, Family, Site
from opsec.model.fields import FILE_FIELDS
from opsec.verdict.likelihood_ratios import Channel

CHANNEL_CHECKS: Mapping[Family, Check] = {
    "META": "metadata",
    "TEXT": "caption",
    "SIGN": "signage",
    "VISUAL": "landmarks",
}
"""The check of each family whose silence counts."""


def searchable_families(site: Site) -> frozenset[Family]:
    """Return the families by which a site can be recognised: a position needs a fence, a frame the photo of a landmark.

    Every site has names.
    """
    families: set[Family] = {"TEXT", "SIGN"}
    if any(landmark.photos for landmark in site.landmarks):
        families.add("VISUAL")
    if site.fences:
        families.add("META")
    return frozenset(families)


def families_without_reference(site: Site) -> frozenset[Family]:
    """Return the families of which a site has nothing that a clip can be compared with."""
    return frozenset(CHANNEL_CHECKS) - searchable_families(site)


def applicable_families(checks: Mapping[Any, str], present: Iterable[tuple[str, str]]) -> frozenset[Family]:
    """Return the families by which a post could expose a site, whether or not its check can find this site.

    The path of a file does not count: the author did not write it. A check that failed or is not configured might have
    found something. The check of landmarks runs only where there are frames, and its hints are no part of the JSON of a
    scan, so that it ran is enough.

    Parameters
    ----------
    checks
        State of each check.
    present
        Family and field of each hint.
    """
    written = {family for family, field in present if field not in FILE_FIELDS} | {"VISUAL"}
    states = {family: checks.get(check, "not_applicable") for family, check in CHANNEL_CHECKS.items()}
    return frozenset(
        family
        for family, state in states.items()
        if (family in written if state == "ran" else state != "not_applicable")
    )


def checked_families(checks: Mapping[Any, str]) -> frozenset[Family]:
    """Return the families whose check ran."""
    return frozenset(family for family, check in CHANNEL_CHECKS.items() if checks.get(check) == "ran")


def silent_families(clip: Clip, site: Site, voted: Iterable[Family]) -> tuple[Family, ...]:
    """Return the families whose silence counts against a site, in the order in which they are printed.

    Their check ran, could have recognised the site, and left out nothing that it should have read. Of a clip that
    cannot be read as a whole, the words of its post may still be complete.

    Parameters
    ----------
    clip
        The clip.
    site
        The site.
    voted
        Families with a match of the site.
    """
    coverage = clip.coverage
    counted = checked_families(coverage.checks) & searchable_families(site)
    if coverage.status != "read":
        words_left_out = coverage.checks.get("sidecar") == "failed" or any(
            reason.code == "beside_not_read" for reason in coverage.reasons
        )
        counted &= frozenset() if words_left_out else {"TEXT"}
    counted &= families_of_clip(clip)
    counted -= frozenset(voted)
    return tuple(family for family in CHANNEL_CHECKS if family in counted)


def families_of_clip(clip: Clip) -> frozenset[Family]:
    """Return the families by which a clip could expose a site."""
    return applicable_families(clip.coverage.checks, ((hint.family, hint.field) for hint in clip.hints))


def silence_log_odds(
    silent: Sequence[Family],
    applicable: Iterable[Family],
    channels: Mapping[Family, Channel],
    without_reference: Collection[Family] = (),
) -> float:
    """Return what these checks take away.

    Parameters
    ----------
    silent
        Families whose checks found nothing.
    applicable
        Families that the post has anything of.
    channels
        Share and detection of each family.
    without_reference
        Families of which the site has nothing to compare a clip with; none of them is silent.

    Returns
    -------
    float
        Natural log-odds, at most 0.
    """
    if not silent:
        return 0.0
    whole = sum(
        channels[family].share_at(has_reference=family not in without_reference)
        for family in channels.keys() & set(applicable)
    )
    return math.log1p(-sum(channels[one].share * channels[one].detection for one in silent) / whole)
