"""Union of what all clips of one site show of it: two clips may show the same side, so shares are never added.

Ground is united cell by cell, with the highest detection probability of each cell; headings as sectors of the compass;
zones by name. Where clips have no position, the clip with the highest score stands for all.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, select

from opsec.casefile.schema import findings, posts
from opsec.casefile.serialisation import unpack
from opsec.model import SiteCoverage, SiteCoverageSummary
from opsec.model.ground_grid import union_share


def site_coverage(connection: Connection, which: ColumnElement[bool]) -> tuple[SiteCoverageSummary, ...]:
    """Return the coverage of every site that findings under a condition are about, in the order of the site codes.

    A clip that was posted twice counts once.
    """
    wanted = (
        select(findings.c.site, findings.c.site_code, findings.c.shown, posts.c.content_id, findings.c.last_seen_at)
        .join(posts, posts.c.key == findings.c.post_key)
        .where(which)
        .order_by(findings.c.last_seen_at, findings.c.fingerprint, findings.c.post_key)
    )
    sites: dict[str, dict[str, SiteCoverage | None]] = {}
    codes: dict[str, str] = {}
    for row in connection.execute(wanted):
        codes[row.site] = row.site_code  # the latest: an officer may have changed it
        clips = sites.setdefault(row.site, {})
        before = clips.pop(row.content_id, None)  # removed, so that the clips are in the order of their last scan
        clips[row.content_id] = before if row.shown is None else unpack(SiteCoverage, row.shown)
    in_order = sorted(sites, key=lambda site: (codes[site], site))
    return tuple(unite_coverage(codes[site], sites[site]) for site in in_order)


def unite_coverage(site_code: str, clips: Mapping[str, SiteCoverage | None]) -> SiteCoverageSummary:
    """Unite the coverage of the clips of one site.

    Parameters
    ----------
    site_code
        What shared reports call the site.
    clips
        Content id → coverage, in the order of the last scan; None where nothing was assessed. The fence of the last one
        is taken for the current fence: a fence that was redrawn after all of them is not known here.
    """
    shown = [one for one in clips.values() if one is not None]
    planned = [one for one in shown if one.plan]
    current = [one for one in planned if one.plan == planned[-1].plan]
    ground_share = _ground_share(current)
    sectors = [sector for one in shown for sector in one.sectors]
    zones = [one.zones for one in shown if one.zones is not None]
    scores = [one.score for one in shown if one.score is not None]
    return SiteCoverageSummary(
        site_code=site_code,
        clips=len(clips),
        assessed=sum(map(_is_assessed, shown)),
        zones=len(set().union(*zones)) if zones else None,
        ground_share=ground_share,
        outdated=len(planned) - len(current),
        sectors_deg=covered_deg(sectors) if sectors else None,
        sweep_deg=max((one.sweep_deg for one in shown if one.sweep_deg is not None), default=None),
        score=max([*scores, *([] if ground_share is None else [ground_share])], default=None),
    )


def _is_assessed(shown: SiteCoverage) -> bool:
    return shown.score is not None or shown.zones is not None or bool(shown.plan)


def covered_deg(sectors: Iterable[tuple[float, float]]) -> float:
    """Return the degrees of the compass that sectors (start, extent) cover together.

    >>> covered_deg([(350, 20), (0, 30), (200, 10)])
    50.0
    """
    cut = [(begin % 360.0, min(360.0, wide)) for begin, wide in sectors]
    pieces = [(begin, min(360.0, begin + wide)) for begin, wide in cut]
    pieces += [(0.0, begin + wide - 360.0) for begin, wide in cut if begin + wide > 360.0]
    covered, reached = 0.0, 0.0
    for begin, end in sorted(pieces):
        covered += max(0.0, end - max(begin, reached))
        reached = max(reached, end)
    return covered


def _ground_share(current: Sequence[SiteCoverage]) -> float | None:
    """Return the share of the ground inside the current fence, with which all of these were computed."""
    counted = [one for one in current if one.cells]
    return union_share([one.ground for one in counted], counted[0].cells) if counted else None
