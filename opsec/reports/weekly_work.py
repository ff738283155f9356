"""Parts of the weekly page about work: worst findings, requests for removal, recommendations, and the evidence."""

from collections.abc import Iterator, Mapping
from typing import Any

from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.terms import ACTION, FINDING_STATE, likelihood_label
from opsec.model.exposure import DistanceBand, EvidencePost
from opsec.reports.value_format import format_percent, join_list
from opsec.reports.weekly_view import AdviceView, WeeklyView, WorstView
from opsec.reports.weekly_words import Words, advice_sentence, blind_spots, progress, recommendations
from opsec.verdict.rules import load_rule

Row = dict[str, Any]
BAND: Mapping[DistanceBand, Message] = {
    "inside": _("inside the fence"),
    "near": _("position near the fence"),
    "other_evidence": _("no position"),
}


def weekly_work(view: WeeklyView, words: Words) -> Row:
    """Return what these parts show."""
    return {
        "worst": [_worst_row(one, words) for one in view.worst],
        "no_worst": words.say(_no_worst(view)),
        "funnel": list(_funnel(view, words)),
        "requests_title": words.say(_("Requests for removal in {weeks} weeks", weeks=len(view.trend))),
        "advice": [words.say(sentence) for sentence in recommendations(view, words)],
        "advice_before": [_advice_before_row(one, view, words) for one in view.advice_before],
        "blind_spots": [words.say(sentence) for sentence in blind_spots(view)],
        "evidence": [_evidence_row(one) for one in view.evidence],
    }


def _no_worst(view: WeeklyView) -> Message:
    """Return the sentence in place of an empty table of the worst clips."""
    if view.removed or view.hidden:
        return _("No finding of this week calls for action: each was removed or is hidden by decisions.")
    if not view.coverage.read and not view.coverage.partly:
        return _("Nothing was read, so nothing is known.")
    return _("No clip was flagged this week.")


def _worst_row(one: WorstView, words: Words) -> Row:
    site = escape_unsafe(one.site_code)
    owner = _("unit of {site}", site=site) if site else _("its unit")
    return {
        "action": one.action,
        "action_word": words.say(ACTION[one.action]),
        "code": site or words.say(_("withheld")),
        "number": escape_unsafe(one.number),
        "state": words.say(FINDING_STATE[one.state]),
        "due": words.day(one.due) if one.due else "",
        "overdue": one.is_overdue,
        "owner": escape_unsafe(one.unit) if one.unit else words.say(owner),
        "by": escape_unsafe(one.owner or ""),
        "title": load_rule(one.rule).title(words.lang) if one.rule else "",
        "likelihood": words.figure(format_percent(one.likelihood)) if one.likelihood is not None else "",
        "likelihood_word": words.say(likelihood_label(one.likelihood)) if one.likelihood is not None else "",
        "severity": words.figure(f"{one.severity:.2f}") if one.severity is not None else "",
        "band": words.say(BAND[one.band]) if one.band else "",
        "zones": join_list(map(escape_unsafe, one.zones), words.lang),
    }


def _funnel(view: WeeklyView, words: Words) -> Iterator[Row]:
    """Yield the steps of requests for removal with their counts."""
    found = view.takedown
    if found is None:
        return
    steps = (
        (_("requested"), found.requested),
        (_("acknowledged by the platform"), found.acknowledged),
        (_("removed"), found.removed),
        (_("rejected by the platform"), found.rejected),
        (_("reappeared"), found.reappeared),
        (_("waiting"), found.waiting),
        (_("of these overdue"), found.overdue),
        (_("still online after a request"), found.online),
    )
    for label, count in steps:
        yield {"label": words.say(label), "count": words.figure(count)}
    for label, hours in ((_("median hours to removal"), found.hours_median), (_("90% within hours"), found.hours_p90)):
        yield {
            "label": words.say(label),
            "count": words.figure(round(hours, 1)) if hours is not None else words.say(_("too few")),
        }


def _advice_before_row(one: AdviceView, view: WeeklyView, words: Words) -> Row:
    return {"sentence": words.say(advice_sentence(one, words)), "progress": words.say(progress(one, view.issued_on))}


def _evidence_row(one: EvidencePost) -> Row:
    """Return a post in three cells: which finding, which post, and what it shows."""
    places = " · ".join(f"{lat:.6f}, {lon:.6f}" for lat, lon in one.positions)
    post = (one.account, one.posted_at, one.url, one.path, one.sha256)
    shows = (one.caption, places, ", ".join(one.zones), one.decided_by, one.why)
    return {
        "number": escape_unsafe(one.number),
        "site": escape_unsafe(one.site),
        "post": [escape_unsafe(text) for text in post if text],
        "shows": [escape_unsafe(text) for text in shows if text],
    }
