"""Worst findings of a week with day and owner, accounts that post again and again, and what became of requests."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from opsec.casefile.allow_rules import account_key
from opsec.casefile.base_history import pseudonym, zone_code
from opsec.casefile.decision_replay import Change, in_force
from opsec.casefile.finding_evidence import Places
from opsec.casefile.integrity import checked_share
from opsec.casefile.serialisation import utc_text
from opsec.casefile.week_data import WeekData, WeekOptions
from opsec.casefile.weekly_rows import BEFORE, FindingRow
from opsec.model import ACTIONS, RepeatSource, TakedownFunnel, WorstClip
from opsec.model.decision import FindingState
from opsec.model.exposure import DistanceBand, SiteFacts, ZoneLine

MAX_WORST_CLIPS = 10
MAX_SOURCES = 5
MAX_SOURCE_NUMBERS = 100
"""Newest findings that are named of one account."""
MIN_REPEATED_CLIPS = 3
"""Flagged clips from which on an account is a repeat source."""
REVIEW_DAYS = 7
"""Days in which an officer has to decide about a finding to be reviewed."""
MIN_FOR_MEDIAN, MIN_FOR_P90 = 3, 10
ASKED: frozenset[FindingState] = frozenset({"takedown_requested", "acknowledged"})


# ── worst findings ────────────────────────────────────────────────────────────────────────────
def worst_clips(data: WeekData) -> tuple[WorstClip, ...]:
    """Return the worst findings of the week that call for action."""
    online = (one for one in data.this_week if not data.is_removed(one))
    return tuple(_worst_clip(one, data) for one, _row in zip(online, range(MAX_WORST_CLIPS), strict=False))


def _worst_clip(one: FindingRow, data: WeekData) -> WorstClip:
    standing = in_force(data.histories.get(one.holder, ()))
    last = standing[-1] if standing else None
    due = due_day(one, last, data)
    return WorstClip(
        number=one.number,
        site_code=one.site_code,
        rule=one.rule,
        action=ACTIONS[ACTIONS.index(one.action)],
        likelihood=checked_share(one.likelihood),
        severity=checked_share(one.severity),
        state=data.state(one),
        due=due.isoformat(),
        is_overdue=due < data.today,
        unit=data.units.get(one.site_code),
        owner=last.by if last else None,
        band=_band(one),
        zones=tuple(sorted(zone for zone in Places.from_json(one.places).zones if zone)),
    )


def due_day(one: FindingRow, last: Change | None, data: WeekData) -> date:
    """Return the day by which somebody has to act on a finding.

    A request that is waiting is due after the setting ``takedown.due_days``. Otherwise urgent findings are due on the
    day on which they were found, and those to be reviewed after ``REVIEW_DAYS``.
    """
    zone = data.weeks[-1].zone
    if last is not None and last.state in ASKED:
        asked = datetime.fromisoformat(last.at).astimezone(zone).date()
        return asked + timedelta(days=data.options.due_days)
    found = datetime.fromisoformat(one.first_seen_at).astimezone(zone).date()
    return found + timedelta(days=REVIEW_DAYS if one.action == "review" else 0)


def _band(one: FindingRow) -> DistanceBand:
    if one.in_fence:
        return "inside"
    return "near" if Places.from_json(one.places).positions else "other_evidence"


# ── zones ─────────────────────────────────────────────────────────────────────────────────────
Cell = tuple[str, str, str | None]
"""Code of a site, the site, and the name of a zone; None for a finding in no zone."""


def zone_lines(cells: Mapping[Cell, int], secret: bytes, sites: Mapping[str, SiteFacts]) -> tuple[ZoneLine, ...]:
    """Return the findings of each zone, with the pseudonym of the zone under the secret of the case file."""
    lines = [
        ZoneLine(
            site_code=code,
            zone=zone,
            zone_code=zone_code(secret, site, zone) if zone else "",
            zone_class=facts.zones.get(zone) if zone and (facts := sites.get(site)) else None,
            findings=findings,
        )
        for (code, site, zone), findings in cells.items()
    ]
    return tuple(sorted(lines, key=lambda line: (line.site_code, line.zone_code)))


# ── repeat sources ────────────────────────────────────────────────────────────────────────────
def repeat_sources(data: WeekData) -> tuple[RepeatSource, ...]:
    """Return the accounts with most flagged clips in the weeks of the trend; that with most clips first."""
    accounts: defaultdict[str, list[FindingRow]] = defaultdict(list)
    for one in data.counted:
        if one.account and BEFORE < one.week <= data.last:
            accounts[account_key(one.account)].append(one)
    sources = [_source(key, rows, data) for key, rows in accounts.items()]
    repeated = [one for one in sources if one.clips >= MIN_REPEATED_CLIPS]
    return tuple(sorted(repeated, key=lambda one: (-one.clips, one.pseudonym))[:MAX_SOURCES])


def _source(key: str, rows: Sequence[FindingRow], data: WeekData) -> RepeatSource:
    newest = sorted(rows, key=lambda one: (one.week, one.first_seen_at, one.number), reverse=True)
    return RepeatSource(
        pseudonym=pseudonym(data.secret, key),
        account=newest[0].account or "",
        clips=len({one.clip for one in rows}),
        clips_this_week=len({one.clip for one in rows if one.week == data.last}),
        weeks=len({one.week for one in rows}),
        site_codes=tuple(sorted({one.site_code for one in rows})),
        numbers=tuple(dict.fromkeys(one.number for one in newest))[:MAX_SOURCE_NUMBERS],
    )


# ── requests ──────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Request:
    """A finding for whose removal somebody asked."""

    state: FindingState
    since: str
    """Time of the last change in force."""
    was_acknowledged: bool
    has_reappeared: bool
    hours: float | None
    """As ``hours_to_removal`` gives them."""


def sum_up_takedown(data: WeekData) -> TakedownFunnel:
    """Sum up what became of the findings whose removal was requested in the weeks of the trend."""
    histories = (in_force(data.histories.get(one.holder, ())) for one in data.touched.values() if not one.is_hidden)
    return takedown_funnel((_request(one) for one in histories if _was_requested(one, data)), data.at, data.options)


def takedown_funnel(requests: Iterable[Request], at: datetime, options: WeekOptions) -> TakedownFunnel:
    """Sum up requests, as of a time."""
    cohort = list(requests)
    states = [one.state for one in cohort]
    hours = sorted(one.hours for one in cohort if one.hours is not None)
    waiting = [one for one in cohort if one.state not in {"removed", "rejected"}]
    limit = utc_text(at - timedelta(days=options.due_days))
    return TakedownFunnel(
        requested=len(cohort),
        acknowledged=sum(one.was_acknowledged for one in cohort),
        removed=states.count("removed"),
        rejected=states.count("rejected"),
        waiting=len(waiting),
        reappeared=sum(one.has_reappeared for one in cohort),
        overdue=sum(one.since < limit for one in waiting if one.state in ASKED),
        hours_median=median(hours) if len(hours) >= MIN_FOR_MEDIAN else None,
        hours_p90=hours[math.ceil(0.9 * len(hours)) - 1] if len(hours) >= MIN_FOR_P90 else None,
    )


def _request(standing: Sequence[Change]) -> Request:
    states = {change.state for change in standing}
    return Request(
        standing[-1].state, standing[-1].at, "acknowledged" in states, "reappeared" in states,
        hours_to_removal(standing),
    )  # fmt: skip


def _was_requested(standing: Sequence[Change], data: WeekData) -> bool:
    return any(
        change.state == "takedown_requested" and BEFORE < data.calendar.index(change.at, None) <= data.last
        for change in standing
    )


def hours_to_removal(standing: Sequence[Change]) -> float | None:
    """Return the hours from the first request to the last removal, for a finding that is removed."""
    if standing[-1].state != "removed":
        return None
    asked = next((change for change in standing if change.state == "takedown_requested"), None)
    if asked is None:
        return None
    return (datetime.fromisoformat(standing[-1].at) - datetime.fromisoformat(asked.at)).total_seconds() / 3600
