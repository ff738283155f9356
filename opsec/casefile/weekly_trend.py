"""The figures of each week of the trend."""

from collections import Counter

from opsec.casefile.decision_replay import in_force, state_at
from opsec.casefile.serialisation import utc_text
from opsec.casefile.week_data import WeekData
from opsec.casefile.weekly_rows import BEFORE
from opsec.model.exposure import WeekFigures


def week_figures(data: WeekData) -> tuple[WeekFigures, ...]:
    """Return the figures of every week, the oldest first."""
    clips = Counter(clip.week for clip in data.rows.clips.values())
    read = Counter(clip.week for clip in data.rows.clips.values() if clip.statuses == {"read"})
    removed, online = _removed(data), _online(data)
    figures = []
    for index, week in enumerate(data.weeks):
        findings = data.by_week.get(index, [])
        first_found: dict[str, int] = {}
        for one in findings:
            first_found[one.clip] = min(one.found, first_found.get(one.clip, one.found))
        figures.append(
            WeekFigures(
                week=str(week),
                first_day=week.first_day.isoformat(),
                last_day=week.last_day.isoformat(),
                clips=clips[index],
                read=read[index],
                flagged=len(first_found),
                flagged_late=sum(found > index for found in first_found.values()),
                findings=len(findings),
                act_now=sum(one.action == "act_now" and not data.is_removed(one) for one in findings),
                removed=removed[index],
                online=online[index],
            )
        )
    return tuple(figures)


def _removed(data: WeekData) -> Counter[int]:
    """Count the findings whose removal was recorded in each week."""
    removed: Counter[int] = Counter()
    for one in data.touched.values():
        if not one.is_hidden:
            changes = in_force(data.histories.get(one.holder, ()))
            removed.update({data.calendar.index(change.at, None) for change in changes if change.state == "removed"})
    return removed


def online_by_site(data: WeekData) -> Counter[str]:
    """Count the findings of this week and all weeks before it that are not removed by now, by the code of the site."""
    return _online_by_week(data)[-1]


def _online(data: WeekData) -> list[int]:
    """Count the findings of each week and all weeks before it that were not removed by its end."""
    return [found.total() for found in _online_by_week(data)]


def _online_by_week(data: WeekData) -> list[Counter[str]]:
    loaded = {one.fingerprint: one.site_code for one in data.rows.findings if one.week > BEFORE}
    touched = [one for fingerprint, one in data.touched.items() if fingerprint not in loaded]
    earlier = Counter(data.all_findings)
    earlier.subtract(loaded.values())
    earlier.subtract(one.site_code for one in touched if one.is_hidden)
    counts = []
    for index, week in enumerate(data.weeks):
        until = None if index == data.last else utc_text(week.ends)
        removed = {kept_by for kept_by, changes in data.histories.items() if state_at(changes, until) == "removed"}
        found = Counter(
            one.site_code for one in data.counted if BEFORE < one.week <= index and one.holder not in removed
        )
        found.update(earlier)
        found.subtract(one.site_code for one in touched if not one.is_hidden and one.holder in removed)
        counts.append(+found)
    return counts
