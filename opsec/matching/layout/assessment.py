"""Assess how much of a site's layout a clip gives away.

The assessment never says that the clip shows the site: only sites that other evidence ties to the clip are assessed,
and what is found here has no weight in that question.
"""

from collections.abc import Sequence
from dataclasses import replace

from opsec.matching.layout.scoring import build_layout, shot_motions
from opsec.model import Clip, Layout, Match, Site, SiteCoverage
from opsec.model.site import sites_by_id

MAX_SITES = 5


def assess_layout(
    clip: Clip, matches: Sequence[Match], sites: Sequence[Site]
) -> tuple[Layout, tuple[Match, ...], tuple[SiteCoverage, ...]]:
    """Assess the layout that a clip gives away of the sites it is tied to.

    Parameters
    ----------
    clip
        The clip with its hints.
    matches
        Matches of all other rules.
    sites
        All sites.

    Returns
    -------
    layout
        Layout of the clip, for the site it is tied to most surely.
    matches
        One match for everything that makes the exposure of a tied site worse, numbered after ``matches``.
    coverage
        What the clip shows of each tied site, to be united with other clips.
    """
    shots = shot_motions(clip.hints)
    tied = _tied_sites(matches, sites)
    if not tied:
        return build_layout(shots, None, None), (), ()
    from opsec.matching.layout.coverage_record import build_coverage_record  # geometry, which takes a while to import
    from opsec.matching.layout.layout_matches import layout_matches
    from opsec.matching.layout.site_assessment import assess_site

    assessments = [assess_site(clip, site, matches) for site in tied]
    found = [match for one in assessments for match in layout_matches(clip, one)]
    numbered = tuple(replace(match, id=f"m{number}") for number, match in enumerate(found, len(matches) + 1))
    layouts = [build_layout(shots, one.site.id, one.evidence) for one in assessments]
    coverage = tuple(
        build_coverage_record(one.site.id, layout, one.projected, one.cameras)
        for one, layout in zip(assessments, layouts, strict=True)
    )
    return layouts[0], numbered, coverage


def _tied_sites(matches: Sequence[Match], sites: Sequence[Site]) -> list[Site]:
    """The sites that other evidence ties to the clip, the surest first, at most ``MAX_SITES``."""
    by_id = sites_by_id(sites)
    tying = [match for match in matches if match.grade != "possible" and match.log_odds > 0]
    ids = dict.fromkeys(match.site for match in sorted(tying, key=lambda one: -one.log_odds))
    return [by_id[site_id] for site_id in ids][:MAX_SITES]
