"""When a clip was recorded and posted: live posting, quiet hours, and the time on the clock of a site.

A time counts only with its zone: without one it may be hours off. Recorded times come from the camera's own tags; the
creation time of a container (``mvhd``) counts only in a file that still names its camera, because a platform that
re-encodes a clip writes the time of the upload there. Zones and their daylight saving time come from the IANA database.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from opsec.i18n.messages import Message, _, bilingual, ngettext
from opsec.model import Clip, Hint, Match, Site, SiteCoverage
from opsec.model.fields import POSTED_AT, RECORDED_AT
from opsec.model.notes import PRESENCE, STRENGTH
from opsec.model.site import sites_by_id

LIVE_RULE, QUIET_RULE = "POSTED-LIVE", "QUIET-HOURS"
MAX_CLOCK_ERROR_MIN = 2.0
"""A clip recorded this long after it was posted has a clock that is a little fast; more, and the clock is wrong."""
NO_ZONE_SET = "UTC"
"""Clock of a site whose time zone the officer did not set."""
_CREATION_BOX = "mvhd"

TimeOrder = Literal["live", "earlier", "clock_wrong", "no_zone", "unknown"]


@dataclass(frozen=True, slots=True)
class ClipTime:
    """A moment of a clip, with its zone."""

    moment: datetime
    hint_id: str | None
    """Of the hint that says so."""


@dataclass(frozen=True, slots=True)
class PostingDelay:
    """How long after the recording a clip was posted."""

    order: TimeOrder
    minutes: float | None = None
    """None when one of the times is not known with its zone."""


# ── times of a clip ───────────────────────────────────────────────────────────────────────────
def parse_moment(text: str | None) -> datetime | None:
    """Parse a time of RFC 3339 with its UTC offset, in UTC; None for a date, and for a time without an offset.

    >>> parse_moment("2026-11-16T08:30:00+03:00").isoformat(), parse_moment("2026-11-16T08:30:00")
    ('2026-11-16T05:30:00+00:00', None)
    """
    if text is None or len(text) <= len("2026-11-16"):
        return None
    try:
        parsed = datetime.fromisoformat(text)
        return parsed.astimezone(UTC) if parsed.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


_CHANGED_AT = " DateTime"
"""End of the name of EXIF's tag for the last change of the file (0x0132): an export says nothing of the recording."""


def recorded_time(clip: Clip) -> ClipTime | None:
    """When the clip was recorded: by its camera's tags, else by the record of its post, else by its container."""
    times = [hint for hint in clip.hints if hint.kind == "time" and hint.family == "META"]
    own = [hint for hint in times if not _is_creation_box(hint) and not hint.field.endswith(_CHANGED_AT)]
    boxes = [hint for hint in times if _is_creation_box(hint)] if _names_its_camera(clip) else []
    for hint in (*own, *_times_of_post(clip, RECORDED_AT), *boxes):
        moment = parse_moment(hint.text)
        if moment is not None:
            return ClipTime(moment, hint.id)
    moment = parse_moment(clip.post.recorded_at)
    return ClipTime(moment, None) if moment else None


def posted_time(clip: Clip) -> ClipTime | None:
    """When the clip was posted."""
    moment = parse_moment(clip.post.posted_at)
    hint = next(_times_of_post(clip, POSTED_AT), None)
    return ClipTime(moment, hint.id if hint else None) if moment else None


def posting_delay(clip: Clip, live_minutes: float) -> PostingDelay:
    """Compare the two times of a clip.

    Parameters
    ----------
    clip
        The clip.
    live_minutes
        Posted within so many minutes after the recording, it was posted live.
    """
    recorded, posted = recorded_time(clip), posted_time(clip)
    if recorded is None or posted is None:
        return PostingDelay("no_zone" if _lacks_zone(clip, recorded, posted) else "unknown")
    minutes = (posted.moment - recorded.moment).total_seconds() / 60
    if minutes < -MAX_CLOCK_ERROR_MIN:
        return PostingDelay("clock_wrong", minutes)
    return PostingDelay("live" if minutes <= live_minutes else "earlier", max(0.0, minutes))


def _is_creation_box(hint: Hint) -> bool:
    return hint.field.rpartition("/")[2] == _CREATION_BOX


def _names_its_camera(clip: Clip) -> bool:
    return any(hint.kind == "device" and hint.family == "META" for hint in clip.hints)


def _times_of_post(clip: Clip, field: str) -> Iterator[Hint]:
    return (hint for hint in clip.hints if hint.kind == "time" and hint.family == "CONTEXT" and hint.field == field)


def _lacks_zone(clip: Clip, recorded: ClipTime | None, posted: ClipTime | None) -> bool:
    """Whether each of the two times is given, and one of them only lacks its zone."""
    tags = [hint.text for hint in clip.hints if hint.kind == "time" and hint.family == "META"]
    has_recorded = recorded is not None or any(map(_is_without_zone, (*tags, clip.post.recorded_at)))
    return has_recorded and (posted is not None or _is_without_zone(clip.post.posted_at))


def _is_without_zone(text: str | None) -> bool:
    try:
        return text is not None and len(text) > len("2026-11-16") and datetime.fromisoformat(text).tzinfo is None
    except ValueError:
        return False


# ── matches ───────────────────────────────────────────────────────────────────────────────────
def time_matches(clip: Clip, matches: Sequence[Match], sites: Iterable[Site], live_minutes: float) -> tuple[Match, ...]:
    """Match the times of a clip with the sites that other evidence ties it to.

    They name no site, so they have log-odds 0 and the lowest grade, like words about presence: they can neither flag a
    clip nor make a site likelier.

    Parameters
    ----------
    clip
        The clip.
    matches
        Its matches of all other rules.
    sites
        All sites.
    live_minutes
        As for ``posting_delay``.

    Returns
    -------
    tuple of Match
        At most one of each rule and site, numbered after ``matches``.
    """
    tied = {match.site: match for match in reversed(matches) if match.grade != "possible" and match.log_odds > 0}
    found = [
        match
        for site in (sites if tied else ())
        if site.id in tied
        for match in (_live_match(clip, site, tied[site.id], live_minutes), _quiet_match(clip, site, tied[site.id]))
        if match is not None
    ]
    return tuple(replace(match, id=f"m{number}") for number, match in enumerate(found, len(matches) + 1))


def _live_match(clip: Clip, site: Site, beside: Match, live_minutes: float) -> Match | None:
    delay = posting_delay(clip, live_minutes)
    if delay.order != "live" or delay.minutes is None:
        return None
    why = ngettext(
        "posted {n} minute after it was recorded, so whoever filmed it may still be there",
        "posted {n} minutes after it was recorded, so whoever filmed it may still be there",
        round(delay.minutes),
    )
    return _new_match(LIVE_RULE, site, beside, (recorded_time(clip), posted_time(clip)), why)


def _quiet_match(clip: Clip, site: Site, beside: Match) -> Match | None:
    zone = _zone_of(site)
    if site.quiet_hours is None or zone is None:
        return None
    begin, end = site.quiet_hours
    known = ((recorded_time(clip), _RECORDED), (posted_time(clip), _POSTED))
    for time, sentence in known:
        clock = f"{time.moment.astimezone(zone):%H:%M}" if time else ""
        if time and is_within(clock, begin, end):
            blanks = {"clock": clock, "begin": begin, "end": end, "site": site.code, "zone": zone.key}
            return _new_match(QUIET_RULE, site, beside, (time,), replace(sentence, blanks=blanks))
    return None


_RECORDED = _("recorded at {clock}, within the quiet hours of {site} ({begin} to {end}, {zone})")
_POSTED = _("posted at {clock}, within the quiet hours of {site} ({begin} to {end}, {zone})")


def is_within(clock: str, begin: str, end: str) -> bool:
    """Whether a time of the day, HH:MM, is within two others, the end excluded; over midnight when they run over it.

    >>> is_within("23:10", "22:00", "05:30"), is_within("05:30", "22:00", "05:30"), is_within("13:00", "13:00", "13:00")
    (True, False, False)
    """
    if begin <= end:
        return begin <= clock < end
    return clock >= begin or clock < end


def _new_match(rule: str, site: Site, beside: Match, times: Iterable[ClipTime | None], why: Message) -> Match:
    hint_ids = tuple(dict.fromkeys(time.hint_id for time in times if time and time.hint_id))
    return Match(
        hint_ids=hint_ids or beside.hint_ids,
        site=site.id,
        rule=rule,
        grade="possible",
        log_odds=0.0,
        why=bilingual(why),
    )


def _zone_of(site: Site) -> ZoneInfo | None:
    """The zone of a site; None when none is set. The name was checked when the site was loaded."""
    try:
        return ZoneInfo(site.time_zone) if site.time_zone else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


# ── for the case file ─────────────────────────────────────────────────────────────────────────
def complete_coverage(clip: Clip, coverage: Iterable[SiteCoverage], sites: Sequence[Site]) -> tuple[SiteCoverage, ...]:
    """Add to what a clip shows of sites when it was there, on their clocks, and the kinds of its words.

    Parameters
    ----------
    clip
        The clip.
    coverage
        What it shows of each site it is tied to.
    sites
        All sites.
    """
    by_id = sites_by_id(sites)
    time = recorded_time(clip) or posted_time(clip)
    words = tuple(code for code in (PRESENCE, STRENGTH) if any(hint.find_note(code) for hint in clip.hints))
    return tuple(_completed(one, by_id[one.site], time, words) for one in coverage)


def _completed(coverage: SiteCoverage, site: Site, time: ClipTime | None, words: tuple[str, ...]) -> SiteCoverage:
    if time is None:
        return replace(coverage, words=words)
    zone = _zone_of(site)
    local = time.moment.astimezone(zone or UTC)
    return replace(
        coverage,
        words=words,
        at=local.isoformat(timespec="seconds"),
        time_zone=zone.key if zone else NO_ZONE_SET,
    )
