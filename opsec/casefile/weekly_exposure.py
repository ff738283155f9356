"""Numbers of a week for command, with nothing in them that identifies a clip or a base.

A clip is counted once however often it was posted (by the SHA-256 of its medium), in the week in which it was first
seen; a finding likewise, by its fingerprint. Only findings with an action that asks for something are
counted. Those that a decision or an allow rule hides are counted apart, and so are those whose posts were removed: they
remain part of the exposure of the week, but are none of its worst clips, which call for action.
"""

import json
from collections import Counter
from collections.abc import Iterable
from itertools import chain
from operator import attrgetter

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, not_, select

from opsec.casefile.decided_findings import is_hidden_row, is_removed_row
from opsec.casefile.iso_week import Week
from opsec.casefile.layout_union import site_coverage
from opsec.casefile.scan_marks import number_secret
from opsec.casefile.schema import findings, posts
from opsec.casefile.serialisation import utc_text
from opsec.model import ACTIONS, FLAGGING, Exposure, ExposureLine, WorstClip
from opsec.model.reasons import REASONS, ReasonGroup

MAX_WORST_CLIPS = 10
_UNKNOWN_CODE: ReasonGroup = "other_version"
"""Group of a reason that this version does not know."""
_ASKS: ColumnElement[bool] = findings.c.action.in_(sorted(FLAGGING))
"""Condition: the action of the finding asks for something."""


def sum_up(connection: Connection, week: Week, today: str) -> Exposure:
    """Sum up a week, with the week before for comparison.

    Parameters
    ----------
    connection
        In a transaction.
    week
        The week.
    today
        Findings that a decision or an allow rule hides on this day (ISO 8601) are only counted as hidden.
    """
    from opsec.casefile.accumulated import accumulated

    unread = _not_fully_checked(connection, week)
    mosaics, routines, untimed = accumulated(connection, week.ends, today, number_secret(connection))
    now, before = (_findings(connection, one, today) for one in (week, week.before()))
    removed = _removed_numbers(connection, today)
    online = [clip for clip in now if clip.number not in removed]
    seen = and_(_is_counted(today), findings.c.first_seen_at < utc_text(week.ends))
    return Exposure(
        week=str(week),
        first_day=week.first_day.isoformat(),
        last_day=week.last_day.isoformat(),
        clips=_count(connection, _clips(week)),
        clips_week_before=_count(connection, _clips(week.before())),
        flagged=_count(connection, _flagged(week, today)),
        flagged_week_before=_count(connection, _flagged(week.before(), today)),
        removed=len(now) - len(online),
        hidden=_count(connection, _hidden(week, today)),
        hidden_week_before=_count(connection, _hidden(week.before(), today)),
        not_fully_checked=len(unread),
        not_fully_checked_by_group=dict(sorted(Counter(chain.from_iterable(unread.values())).items())),
        lines=_lines(now, before),
        worst=tuple(sorted(online, key=_worst_first)[:MAX_WORST_CLIPS]),
        site_coverage=site_coverage(connection, seen),
        mosaics=mosaics,
        routines=routines,
        untimed=untimed,
    )


# ── clips ─────────────────────────────────────────────────────────────────────────────────────
def _clips(week: Week) -> Select[tuple[str]]:
    """Select the clips first seen in a week."""
    return select(posts.c.content_id).group_by(posts.c.content_id).having(_in(week, func.min(posts.c.first_seen_at)))


def _flagged(week: Week, today: str) -> Select[tuple[str]]:
    """Select the clips first seen in a week that have at least one counted finding."""
    found = select(posts.c.content_id).join(findings, findings.c.post_key == posts.c.key).where(_is_counted(today))
    return _clips(week).where(posts.c.content_id.in_(found))


def _count(connection: Connection, wanted: Select[tuple[str]]) -> int:
    return connection.scalar(select(func.count()).select_from(wanted.subquery())) or 0


def _not_fully_checked(connection: Connection, week: Week) -> dict[str, set[ReasonGroup]]:
    """Return the clips first seen in a week that were not fully read in one of their posts → groups of the reasons."""
    wanted = select(posts.c.content_id, posts.c.reason_codes).where(
        posts.c.status != "read", posts.c.content_id.in_(_clips(week))
    )
    clips: dict[str, set[ReasonGroup]] = {}
    for content_id, codes in connection.execute(wanted):
        groups = {REASONS[code].group if code in REASONS else _UNKNOWN_CODE for code in json.loads(codes)}
        clips.setdefault(content_id, set()).update(groups)
    return clips


# ── findings ──────────────────────────────────────────────────────────────────────────────────
def _findings(connection: Connection, week: Week, today: str) -> list[WorstClip]:
    """Return the findings first seen in a week, each once, by its most severe post."""
    new = (
        select(findings.c.fingerprint)
        .where(_is_counted(today))
        .group_by(findings.c.fingerprint)
        .having(_in(week, func.min(findings.c.first_seen_at)))
    )
    rows = connection.execute(select(findings).where(_is_counted(today), findings.c.fingerprint.in_(new)))
    gravest: dict[str, WorstClip] = {}
    for clip in sorted(map(_worst_clip, rows), key=_worst_first):
        gravest.setdefault(clip.number, clip)
    return list(gravest.values())


def _removed_numbers(connection: Connection, today: str) -> frozenset[str]:
    """Return the numbers of the counted findings whose posts were removed."""
    return frozenset(connection.scalars(select(findings.c.number).where(_is_counted(today), is_removed_row())))


def _hidden(week: Week, today: str) -> Select[tuple[str]]:
    """Select the findings first seen in a week that would be counted if nothing hid them in all of their posts."""
    some = select(findings.c.fingerprint).where(_ASKS, is_hidden_row(today))
    counted = select(findings.c.fingerprint).where(_is_counted(today), findings.c.fingerprint.in_(some))
    return (
        select(findings.c.fingerprint)
        .where(_ASKS, findings.c.fingerprint.in_(some), findings.c.fingerprint.not_in(counted))
        .group_by(findings.c.fingerprint)
        .having(_in(week, func.min(findings.c.first_seen_at)))
    )


def _worst_clip(row: Row[tuple[object, ...]]) -> WorstClip:
    return WorstClip(
        number=row.number,
        site_code=row.site_code,
        rule=row.rule,
        action=row.action,
        likelihood=row.likelihood,
        severity=row.severity,
    )


def _worst_first(clip: WorstClip) -> tuple[int, float, float, str, str, str]:
    return (
        ACTIONS.index(clip.action),
        -clip.likelihood,
        -clip.severity,
        clip.number,
        clip.site_code,
        clip.rule,
    )


def _lines(now: Iterable[WorstClip], before: Iterable[WorstClip]) -> tuple[ExposureLine, ...]:
    kind = attrgetter("site_code", "rule")
    new, former = Counter(map(kind, now)), Counter(map(kind, before))
    return tuple(
        ExposureLine(
            site_code=site_code,
            rule=rule,
            findings=new[site_code, rule],
            findings_week_before=former[site_code, rule],
        )
        for site_code, rule in sorted(new.keys() | former.keys())
    )


# ── conditions ────────────────────────────────────────────────────────────────────────────────
def _is_counted(today: str) -> ColumnElement[bool]:
    return and_(_ASKS, not_(is_hidden_row(today)))


def _in(week: Week, moment: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(moment >= utc_text(week.begins), moment < utc_text(week.ends))
