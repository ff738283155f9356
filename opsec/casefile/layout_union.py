"""What all clips of one base show of it together: united, never added.

Two clips may show the same side. Ground is united cell by cell, each as surely as the clip that made it out best;
headings as sectors of the compass; zones by name. Where a clip tells no place, the widest clip stands for all.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, select

from opsec.casefile.schema import findings, posts
from opsec.casefile.serialisation import unpack
from opsec.model import GROUND_GRID, BaseShown, Shown


def shown_together(connection: Connection, which: ColumnElement[bool]) -> tuple[BaseShown, ...]:
    """Every base that findings of this sort are about, by its code; a clip posted twice is one clip."""
    wanted = (
        select(findings.c.site, findings.c.site_code, findings.c.shown, posts.c.content_id, findings.c.last_seen_at)
        .join(posts, posts.c.key == findings.c.post_key)
        .where(which)
        .order_by(findings.c.last_seen_at, findings.c.fingerprint, findings.c.post_key)
    )
    bases: dict[str, dict[str, Shown | None]] = {}
    codes: dict[str, str] = {}
    for row in connection.execute(wanted):
        codes[row.site] = row.site_code  # today's: an officer may have changed it
        clips = bases.setdefault(row.site, {})
        before = clips.pop(row.content_id, None)  # taken out, so that it stands where it was last looked at
        clips[row.content_id] = before if row.shown is None else unpack(Shown, row.shown)
    return tuple(united(codes[site], bases[site]) for site in sorted(bases, key=lambda site: (codes[site], site)))


def united(site_code: str, clips: Mapping[str, Shown | None]) -> BaseShown:
    """One base. ``clips`` in the order in which they were last looked at; the last one's fence is taken for today's: a
    fence that was redrawn after all of them is not known here."""
    shown = [one for one in clips.values() if one is not None]
    planned = [one for one in shown if one.plan]
    today = [one for one in planned if one.plan == planned[-1].plan]
    ground_share = _ground_share(today)
    sectors = [sector for one in shown for sector in one.sectors]
    zones = [one.zones for one in shown if one.zones is not None]
    scores = [one.score for one in shown if one.score is not None]
    return BaseShown(
        site_code=site_code,
        clips=len(clips),
        assessed=sum(map(_tells, shown)),
        zones=len(set().union(*zones)) if zones else None,
        ground_share=ground_share,
        outdated=len(planned) - len(today),
        sectors_deg=covered_deg(sectors) if sectors else None,
        sweep_deg=max((one.sweep_deg for one in shown if one.sweep_deg is not None), default=None),
        score=max([*scores, *([] if ground_share is None else [ground_share])], default=None),
    )


def _tells(shown: Shown) -> bool:
    return shown.score is not None or shown.zones is not None or bool(shown.plan)


def covered_deg(sectors: Iterable[tuple[float, float]]) -> float:
    """Degrees of the compass that sectors (from, how far on) cover together.

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


def _ground_share(today: Sequence[Shown]) -> float | None:
    """Of the ground inside today's fence, with which all of these were reckoned."""
    counted = [one for one in today if one.cells]
    surest = [0] * GROUND_GRID**2
    for one in counted:
        for cell, surely in enumerate(_cells(one.ground)):
            surest[cell] = max(surest[cell], surely)
    return min(1.0, sum(surest) / 255 / counted[0].cells) if counted else None


def _cells(ground: str) -> bytes:
    """The cells that ``Shown.ground`` holds; none of a damaged row."""
    try:
        return base64.b64decode(ground, validate=True)[: GROUND_GRID**2]
    except binascii.Error:
        return b""
