"""What the clips of each base reveal together, computed from the case file on demand: mosaics and routines."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from opsec.casefile.base_history import BaseHistory, ClipOfBase, base_histories, pseudonym, times_by_account
from opsec.casefile.finding_numbers import finding_number
from opsec.casefile.posts_elsewhere import add_posts_elsewhere, times_elsewhere, times_elsewhere_of_all
from opsec.model import Action, Mosaic, MosaicClip, Routine, UntimedPosts
from opsec.verdict.mosaic import (
    ACT_TODAY_SEVERITY,
    SiteUnion,
    exposure_without,
    greedy_cover,
    is_mosaic,
    mosaic_severity,
    take_down_set,
)  # fmt: skip
from opsec.verdict.routine import find_routines

PERIODS_DAYS = (7, 30, 90)
ROUTINE_DAYS = 90
"""Older clips are no evidence of a routine that is still followed."""


def accumulated(
    connection: Connection, until: datetime, today: str, secret: bytes, known_by: datetime | None = None
) -> tuple[tuple[Mosaic, ...], tuple[Routine, ...], tuple[UntimedPosts, ...]]:
    """Compute what the clips of each base reveal together.

    Parameters
    ----------
    connection
        In a transaction.
    until
        The end of the periods.
    today
        Day on which decisions are to be in force, as an ISO 8601 date.
    secret
        Of the case file, for numbers and pseudonyms.
    known_by
        Clips that were first scanned before this time count; None: ``until``.

    Returns
    -------
    mosaics
        One for each base and period with a clip, in the order of the codes and lengths.
    routines
        In the order of the codes; of one base, those of all accounts together last.
    untimed
        Bases with posts whose time or zone is unknown.
    """
    since = until - timedelta(days=max(ROUTINE_DAYS, *PERIODS_DAYS))
    bases = base_histories(connection, known_by or until, today, since=since)
    return accumulated_of(add_posts_elsewhere(connection, bases, known_by or until, since), until, secret)


def accumulated_of(
    bases: Sequence[BaseHistory], until: datetime, secret: bytes
) -> tuple[tuple[Mosaic, ...], tuple[Routine, ...], tuple[UntimedPosts, ...]]:
    """Compute what the clips of some bases reveal together, as ``accumulated`` does for all.

    Their posts elsewhere are to be added before (``posts_elsewhere``).
    """
    mosaics = [mosaic for base in bases for days in PERIODS_DAYS for mosaic in _mosaic(base, days, until, secret)]
    routines = [routine for base in bases for routine in _routines(base, until, secret)]
    return tuple(mosaics), tuple(routines), tuple(one for base in bases for one in _untimed(base, until))


def _within(base: BaseHistory, days: int, until: datetime) -> list[ClipOfBase]:
    begins = until - timedelta(days=days)
    return [clip for clip in base.clips.values() if begins <= clip.first_at < until]


# ── mosaics ───────────────────────────────────────────────────────────────────────────────────
def _mosaic(base: BaseHistory, days: int, until: datetime, secret: bytes) -> Iterator[Mosaic]:
    """Yield the mosaic of one period; none without a clip in it."""
    clips = _within(base, days, until)
    online = {clip.key: clip for clip in clips if not clip.is_removed}
    if not clips:
        return
    union = SiteUnion({key: clip.shown for key, clip in online.items() if clip.shown}, base.plan)
    shown = union.parts(union.all_clips())
    take_down = take_down_set(union)
    severity = mosaic_severity(max((clip.severity for clip in online.values()), default=0.0), shown.exposure)
    fires = is_mosaic(len(online), shown.exposure, union.best_clip())
    yield Mosaic(
        site_code=base.code,
        number=finding_number(secret, mosaic_fingerprint(base.site, days)),
        days=days,
        clips=len(online),
        removed=len(clips) - len(online),
        outdated=union.outdated,
        shown=shown,
        zones_drawn=union.zone_count,
        best_clip=union.best_clip(),
        severity=severity,
        action=_action(severity) if fires else "watch",
        cover=tuple(
            MosaicClip(number=online[step.clip].number, posts=len(online[step.clip].posts), adds=step.adds)
            for step in greedy_cover(union)
        ),
        take_down=tuple(online[key].number for key in take_down),
        left=exposure_without(union, take_down),
    )


def _action(severity: float) -> Action:
    return "act_today" if round(severity, 2) >= ACT_TODAY_SEVERITY else "review"


def mosaic_fingerprint(site: str, days: int) -> str:
    """Identifier of the mosaic of a site: the same from week to week, as clips come and go.

    >>> mosaic_fingerprint("falcon-camp", 30)
    'ef8741be126eaf610db3b470f19b4834'
    """
    return hashlib.sha256(f"MOSAIC\n{days}\n{site}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


# ── routines ──────────────────────────────────────────────────────────────────────────────────
def _routines(base: BaseHistory, until: datetime, secret: bytes) -> Iterator[Routine]:
    accounts: dict[str, int] = {}
    for account, timed in times_by_account(_within(base, ROUTINE_DAYS, until)):
        if account is not None:
            accounts[account] = len(timed)
        elsewhere = times_elsewhere_of_all(base, accounts) if account is None else times_elsewhere(base, account)
        before = [at for at in elsewhere if at < until]
        for window in find_routines([at for at, _number in timed], before):
            yield Routine(
                site_code=base.code,
                account=None if account is None else pseudonym(secret, account),
                weekday=window.weekday,
                starts=f"{window.minute // 60:02}:{window.minute % 60:02}",
                time_zone=base.time_zone or "UTC",
                periods=window.periods,
                active=window.active,
                chance=window.chance,
                findings=tuple(dict.fromkeys(timed[post][1] for post in window.posts)),
            )


def _untimed(base: BaseHistory, until: datetime) -> Iterator[UntimedPosts]:
    clips: Iterable[ClipOfBase] = _within(base, ROUTINE_DAYS, until)
    posts = [post for clip in clips for post in clip.posts]
    untimed = sum(post.at is None for post in posts)
    if untimed:
        yield UntimedPosts(site_code=base.code, posts=untimed, of=len(posts))
