"""Everything that the page of one clip shows, built from its record and its result: no request, no file, no clock."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from opsec.app.clip_evidence import ClipEvidence
from opsec.casefile.clip_record import OtherPost, OtherPosts
from opsec.casefile.state_changes import NEXT_STATES
from opsec.console.basemap_plan import PlanImage, plan_images
from opsec.console.basemaps import Basemap
from opsec.console.clip_evidence_view import EvidenceView, evidence_view, layout_with_addresses
from opsec.console.decision_values import DECIDABLE
from opsec.console.map_drawing import PlanOverlay, outside_sentence, overlay
from opsec.console.map_features import clip_features, own_name
from opsec.i18n.messages import Lang, Message, _, ngettext, render
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.terms import FINDING_STATE
from opsec.model import DecisionChange, FindingState, KnownFinding, Result, Site
from opsec.reports.clip_facts import ClipFact, local_time
from opsec.reports.copy_view import scan_findings
from opsec.reports.decision_view import MAX_SHOWN_LENGTH, decision_message, waiting_message
from opsec.reports.explain import explanation_lines
from opsec.reports.masking import mask_path
from opsec.reports.scan_page import ClipView, clip_view
from opsec.reports.site_map import SiteView, site_view
from opsec.reports.site_plan_drawing import plan_frame
from opsec.verdict.rules import load_rule

MAX_FIELD_LINES = 300
"""Lines of the list of all fields."""
UTC_ZONE = "UTC"


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """A finding of the post."""

    number: str
    site: str
    """Code."""
    name: str
    """Name of the site in the language of the page; empty when the sites folder does not have it."""
    state: FindingState
    state_word: str
    sentences: list[str]
    """Who decided what, and how long a request has waited."""


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One change of the history."""

    seq: int
    at: str
    """On the clock of this machine."""
    by: str
    before: str
    after: str
    why: str
    until: str
    undoes: int | None


@dataclass(frozen=True, slots=True)
class OtherRow:
    """Another post of the clip, or of a copy."""

    key: str
    path: str
    number: str
    account: str
    posted_at: str


@dataclass(frozen=True, slots=True)
class OtherRows:
    """Other posts."""

    rows: list[OtherRow]
    left_out: str


@dataclass(frozen=True, slots=True)
class MapView:
    """The map of the clip: a drawing for every browser, and the address of the features for the script."""

    plan: SiteView
    overlay: PlanOverlay
    images: list[PlanImage]
    """Basemap under the drawing."""
    notes: list[str]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipPage:
    """The page of one clip."""

    key: str
    path: str
    seen: list[ClipFact]
    """When scans saw it first and last."""
    notes: list[str]
    """What the officer must know about the page itself: readings purged, sites changed."""
    findings: list[DecidedRow]
    clip: ClipView | None
    """None when the readings were purged."""
    rule: tuple[str, str, str, str] | None
    """Title, id, how it can be wrong, and what to do, of the rule of the finding."""
    evidence: EvidenceView | None
    facts: list[ClipFact]
    map: MapView | None
    fields: list[str]
    fields_left_out: str
    history: list[HistoryRow]
    history_left_out: str
    same_clip: OtherRows
    copies: OtherRows
    can_preview: bool
    """Whether a medium was read, of which a preview may be made."""
    form_findings: list[tuple[str, str]]
    """Number and label of each finding that the form can decide about."""
    form_states: list[tuple[FindingState, Message]]


def build_clip_page(
    evidence: ClipEvidence, sites: Mapping[str, Site], now: datetime, lang: Lang, basemaps: Sequence[Basemap] = ()
) -> ClipPage:
    """Build the page of a clip.

    Parameters
    ----------
    evidence
        The clip.
    sites
        The officer's sites by their ids.
    now
        For the number of days that a request has waited.
    lang
        Language of the page.
    basemaps
        Maps of the officer's own.
    """
    record, result = evidence.record, evidence.result
    rows = [
        _finding_row(evidence, fingerprint, known, sites, now, lang)
        for fingerprint, known in sorted(record.findings.items(), key=lambda one: _is_main(evidence, one[0]))
    ]
    clip = None if result is None else _clip(evidence, result, lang)
    fields, fields_left_out = ([], "") if result is None else _fields(result, lang)
    hidden = record.history.count - len(record.history.changes)
    return ClipPage(
        key=record.key,
        path=mask_path(record.path),
        seen=[
            ClipFact(render(_("first scanned"), lang), _machine_time(record.first_seen_at), exact=True),
            ClipFact(render(_("last scanned"), lang), _machine_time(record.last_seen_at), exact=True),
        ],
        notes=[render(note, lang) for note in _notes(evidence)],
        findings=rows,
        clip=clip,
        rule=None if result is None else _rule(result, lang),
        evidence=None if result is None else evidence_view(evidence, result, sites, lang),
        facts=[] if clip is None or result is None else list(_facts(clip, result, lang)),
        map=None if result is None else map_view(evidence, result, sites, lang, basemaps),
        fields=fields,
        fields_left_out=fields_left_out,
        history=[_history_row(change, lang) for change in record.history.changes],
        history_left_out=render(
            ngettext("{n} older change is not shown.", "{n} older changes are not shown.", hidden), lang
        )
        if hidden
        else "",
        same_clip=_other_rows(record.same_clip, lang),
        copies=_other_rows(record.copies, lang),
        can_preview=result is not None and result.clip.sha256 is not None,
        form_findings=[(row.number, f"{row.site} · {row.number}") for row in rows],
        form_states=_form_states(rows),
    )


# ── the clip ──────────────────────────────────────────────────────────────────────────────────
def _clip(evidence: ClipEvidence, result: Result, lang: Lang) -> ClipView:
    """Build the view that the page of a scan has, with the addresses of stills and without its list of evidence."""
    scan = replace(evidence.scan, results=(replace(result, matches=()),))
    view = clip_view(scan, scan.results[0], 1, scan_findings(scan), lang)
    layout = None if view.layout is None else layout_with_addresses(evidence.record.key, view.layout)
    return replace(view, layout=layout)


def _rule(result: Result, lang: Lang) -> tuple[str, str, str, str] | None:
    finding = next((one for one in result.findings if one.site == result.verdict.site), None)
    if finding is None:
        return None
    fired = load_rule(finding.rule)
    return fired.title(lang), finding.rule, fired.failure_modes(lang), fired.advice(lang)


def _facts(clip: ClipView, result: Result, lang: Lang) -> Iterator[ClipFact]:
    """Yield the facts of the clip; its times also in UTC, and without the caption, which has a place of its own."""
    caption = render(_("caption"), lang)
    times = {
        render(_("posted"), lang): (_("posted (UTC)"), result.clip.post.posted_at),
        render(_("recorded"), lang): (_("recorded (UTC)"), result.clip.post.recorded_at),
    }
    for fact in clip.facts:
        if fact.name == caption:
            continue
        yield fact
        label, written = times.get(fact.name, (None, None))
        in_utc = local_time(written, UTC_ZONE)
        if label is not None and in_utc and in_utc != written:
            yield ClipFact(render(label, lang), escape_unsafe(in_utc), exact=True)


def _fields(result: Result, lang: Lang) -> tuple[list[str], str]:
    """Return the lines on every field with full coordinates, and a sentence when there are more."""
    lines = [render(line, lang) for line in islice(explanation_lines(result, lang, unmasked=True), MAX_FIELD_LINES + 1)]
    if len(lines) <= MAX_FIELD_LINES:
        return [line for line in lines if line], ""
    sentence = _("Only the first {count} lines are shown; opsec explain prints all of them.", count=MAX_FIELD_LINES)
    return [line for line in lines[:MAX_FIELD_LINES] if line], render(sentence, lang)


def _notes(evidence: ClipEvidence) -> Iterator[Message]:
    purged_at = evidence.record.purged_at
    if purged_at is not None:
        yield _(
            "What was read of this post was purged on {date}; scan the clip again for its evidence.",
            date=_machine_time(purged_at)[:10],
        )
    elif evidence.unsaved or evidence.outdated:
        yield _(
            "The sites or the program have changed since the last scan: this page shows the evidence by the present "
            "ones, the findings are those of the scan. Run opsec rematch to bring the case up to date."
        )


# ── map ───────────────────────────────────────────────────────────────────────────────────────
def map_view(
    evidence: ClipEvidence, result: Result, sites: Mapping[str, Site], lang: Lang, basemaps: Sequence[Basemap] = ()
) -> MapView | None:
    """Return the map of the site that a clip exposes most; None without a site that has a fence."""
    site = sites.get(result.verdict.site or "")
    frame = None if site is None else plan_frame(site)
    if site is None or frame is None:
        return None
    found = clip_features(result, site, lang)
    drawn = overlay(found.features, frame, lang)
    notes = [outside_sentence(drawn.outside, lang)]
    if found.left_out:
        more = ngettext("{n} more position is not drawn.", "{n} more positions are not drawn.", found.left_out)
        notes.append(render(more, lang))
    return MapView(
        plan=site_view(site, lang),
        overlay=drawn,
        images=plan_images(basemaps, frame),
        notes=[note for note in notes if note],
        source=f"/clip/{evidence.record.key}/map.json",
    )


# ── findings ──────────────────────────────────────────────────────────────────────────────────
def _is_main(evidence: ClipEvidence, fingerprint: str) -> tuple[bool, str]:
    """Sort key: the finding of the verdict's site first."""
    site = evidence.record.sites[fingerprint]
    result = evidence.result
    return result is None or site != result.verdict.site, site


def _finding_row(  # noqa: PLR0913, PLR0917 - all parts of a row
    evidence: ClipEvidence, fingerprint: str, known: KnownFinding, sites: Mapping[str, Site], now: datetime, lang: Lang
) -> DecidedRow:
    site_id = evidence.record.sites[fingerprint]
    site = sites.get(site_id)
    messages = (decision_message(known.decision), waiting_message(known.decision, now))
    return DecidedRow(
        number=known.number,
        site=escape_unsafe(evidence.record.site_codes[site_id], limit=MAX_SHOWN_LENGTH),
        name="" if site is None else own_name(site, lang),
        state=known.decision.state,
        state_word=render(FINDING_STATE[known.decision.state], lang),
        sentences=[render(message, lang) for message in messages if message is not None],
    )


def _form_states(rows: Iterable[DecidedRow]) -> list[tuple[FindingState, Message]]:
    """Return the states that at least one of the findings may be changed to."""
    possible = {state for row in rows for state in NEXT_STATES[row.state]}
    return [(state, word) for state, word in DECIDABLE if state in possible]


def _history_row(change: DecisionChange, lang: Lang) -> HistoryRow:
    return HistoryRow(
        seq=change.seq,
        at=_machine_time(change.made_at),
        by=escape_unsafe(change.made_by, limit=MAX_SHOWN_LENGTH),
        before=render(FINDING_STATE[change.from_state], lang),
        after=render(FINDING_STATE[change.to_state], lang),
        why=escape_unsafe(change.why or "", limit=MAX_SHOWN_LENGTH),
        until=change.until or "",
        undoes=change.undoes,
    )


def _other_rows(others: OtherPosts, lang: Lang) -> OtherRows:
    hidden = others.count - len(others.shown)
    sentence = ngettext("{n} more post is not shown.", "{n} more posts are not shown.", hidden)
    return OtherRows([_other_row(one) for one in others.shown], render(sentence, lang) if hidden else "")


def _other_row(one: OtherPost) -> OtherRow:
    return OtherRow(
        key=one.key,
        path=mask_path(one.path),
        number=one.number,
        account=escape_unsafe(one.author or "", limit=MAX_SHOWN_LENGTH),
        posted_at=escape_unsafe(one.posted_at or "", limit=40),
    )


def _machine_time(written: str) -> str:
    """Return a time of the case file on the clock of this machine, to the minute.

    Raises
    ------
    ValueError
        The row is damaged.
    """
    return datetime.fromisoformat(written).astimezone().strftime("%Y-%m-%d %H:%M")
