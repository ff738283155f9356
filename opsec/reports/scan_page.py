"""HTML page of a scan: for each flagged clip the evidence, its location, the calculation, and what was not checked."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from opsec import __version__
from opsec.i18n.messages import Lang, Message, _, render
from opsec.i18n.terms import ACTION, CHECK, CHECK_STATE, CONFIDENCE, FAMILY, STATUS, likelihood_label
from opsec.model import CHECKS, Check, Finding, Result, Scan
from opsec.reports.clip_facts import ClipFact, clip_facts
from opsec.reports.copy_view import ShownFindings, copy_sentences, scan_findings
from opsec.reports.decision_view import decision_sentences, hidden_findings
from opsec.reports.evidence import (
    MAX_SHOWN_MATCHES,
    EvidenceLine,
    answer_label,
    clips_to_review,
    evidence_lines,
    is_hidden,
    localise_sentence,
    not_shown_sentence,
    site_code,
    sort_by_strength,
    unchecked_message,
)
from opsec.reports.html import render_template
from opsec.reports.isolation_view import weak_isolation
from opsec.reports.layout_view import LayoutView, build_layout_view
from opsec.reports.masking import mask_path
from opsec.reports.reason_text import render_reason, render_reasons
from opsec.reports.value_format import format_percent, format_ratio
from opsec.verdict.rules import RULE_IDS, load_rule

MAX_LOG_ODDS = math.log(99)
"""Log-odds of the largest likelihood that is reported, 99%."""


def render_scan_page(scan: Scan, lang: Lang) -> bytes:
    """Render the page, self-contained and with masked coordinates; with reference photos only if the scan has them."""
    exposing, summary = clips_to_review(scan), unchecked_message(scan, lang)
    others = [result for result in scan.results if is_hidden(result) or result.verdict.action == "nothing_found"]
    shown = scan_findings(scan)
    weak = weak_isolation(result.clip.coverage.reasons for result in scan.results)
    return render_template(
        "scan.html",
        lang,
        {
            "counts": scan.counts,
            "clips": [clip_view(scan, result, place, shown, lang) for place, result in enumerate(exposing, 1)],
            "summary": render(summary, lang) if summary else "",
            "weak_isolation": render(weak.message, lang) if weak else "",
            "shows_plans": scan.shows_plans,
            "shows_own_photos": bool(scan.own_photos),
            "unchecked": [line for check in CHECKS if (line := _unchecked_row(scan, check, lang)).clips],
            "unread_files": list(_unread_files(scan, lang)),
            "others": [_other_clip(result, lang) for result in others],
            "hidden": list(hidden_findings(scan, lang)),
            "rules": [_rule_page(rule_id, lang) for rule_id in RULE_IDS if rule_id in _fired_rules(exposing)],
            "version": __version__,
            "settings": scan.settings_sha256[:8],
            "sites": scan.sites_sha256[:8],
        },
    )


@dataclass(frozen=True, slots=True)
class _RulePage:
    """What a rule that fired means, how it can be wrong, and what to do."""

    id: str
    title: str
    means: str
    errs: str
    advice: str


def _rule_page(rule_id: str, lang: Lang) -> _RulePage:
    fired = load_rule(rule_id)
    return _RulePage(rule_id, fired.title(lang), fired.meaning(lang), fired.failure_modes(lang), fired.advice(lang))


def _fired_rules(results: Iterable[Result]) -> set[str]:
    return {match.rule for result in results for match in result.matches}


@dataclass(frozen=True, slots=True)
class _SumLine:
    """One line of the calculation."""

    family: str
    why: str
    ratio: str
    log_odds: str


@dataclass(frozen=True, slots=True)
class _CheckLine:
    """One check of a clip and its state."""

    state: str
    name: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipView:
    """Everything that a page shows of one clip."""

    anchor: str
    """Of the article, for the table at the top and for links with the number of the finding."""
    finding: str
    """Number of the finding of the site exposed most; empty without a case file, which could look it up."""
    action: str
    action_word: str
    likelihood_word: str
    likelihood: str
    site: str
    severity: str
    path: str
    confidence: str
    evidence: list[EvidenceLine]
    more_evidence: str
    """How many matches are not shown; empty when all are."""
    also: list[str]
    """Sentences on findings at other sites."""
    decisions: list[str]
    """What was decided about its findings."""
    sum: list[_SumLine]
    total: str
    action_why: str
    """The rule that led to the action."""
    is_capped: bool
    """Whether the sum exceeds the largest or smallest likelihood that is reported."""
    checks: list[_CheckLine]
    status: str
    reasons: str
    facts: list[ClipFact]
    layout: LayoutView | None


def clip_view(scan: Scan, result: Result, place: int, shown: ShownFindings, lang: Lang) -> ClipView:
    """Build the view of a clip.

    Parameters
    ----------
    scan
        For the codes and time zones of the sites, and for photos.
    result
        The clip.
    place
        Its number on the page.
    shown
        The findings to which sentences on copies may refer.
    lang
        Language of the view.
    """
    verdict, coverage = result.verdict, result.clip.coverage
    total = math.fsum(line.log_odds for line in verdict.contributions)
    own = next((finding for finding in result.findings if finding.site == verdict.site), None)
    number = own.number if own else ""
    return ClipView(
        anchor=f"finding-{number}" if number else f"clip-{place}",
        finding=number,
        action=verdict.action,
        action_word=render(ACTION[verdict.action], lang),
        likelihood_word=render(likelihood_label(verdict.likelihood), lang),
        likelihood=format_percent(verdict.likelihood),
        site=site_code(scan, verdict.site),
        severity=f"{verdict.severity:.2f}",
        path=mask_path(result.clip.path),
        confidence=render(CONFIDENCE[verdict.confidence], lang),
        evidence=_evidence_own_site_first(scan, result, lang),
        more_evidence=not_shown_sentence(result.matches, lang),
        also=_other_site_sentences(scan, result, lang),
        decisions=[*decision_sentences(scan, result, lang), *copy_sentences(result, shown, lang)],
        sum=[
            _SumLine(
                render(FAMILY[line.family], lang),
                localise_sentence(line.why, lang),
                format_ratio(line.log_odds),
                _signed(line.log_odds),
            )
            for line in verdict.contributions
        ],
        total=_signed(total),
        action_why=localise_sentence(verdict.action_why, lang) if verdict.action_why else "",
        is_capped=abs(total) > MAX_LOG_ODDS,
        checks=[
            _CheckLine(
                coverage.checks[check], render(CHECK[check], lang), render(CHECK_STATE[coverage.checks[check]], lang)
            )
            for check in CHECKS
            if check in coverage.checks
        ],
        status=render(STATUS[coverage.status], lang),
        reasons=render_reasons(coverage, lang),
        facts=list(clip_facts(result, lang, _time_zone(scan, result))),
        layout=build_layout_view(result, lang, plan=scan.shows_plans),
    )


def _evidence_own_site_first(scan: Scan, result: Result, lang: Lang) -> list[EvidenceLine]:
    """Return the evidence for the site of the verdict, then that for other sites, up to ``MAX_SHOWN_MATCHES``."""
    own = sort_by_strength(match for match in result.matches if match.site == result.verdict.site)
    other = sort_by_strength(match for match in result.matches if match.site != result.verdict.site)
    own, other = own[:MAX_SHOWN_MATCHES], other[: max(0, MAX_SHOWN_MATCHES - len(own))]
    photos = scan.own_photos
    return [*evidence_lines(result, lang, own, photos), *evidence_lines(result, lang, other, photos)]


def _other_site_sentences(scan: Scan, result: Result, lang: Lang) -> list[str]:
    return [
        render(_other_site_message(scan, finding, lang), lang)
        for finding in result.findings
        if finding.site != result.verdict.site
    ]


def _other_site_message(scan: Scan, finding: Finding, lang: Lang) -> Message:
    return _(
        "It also exposes {site}: {action}, {likelihood}.",
        site=site_code(scan, finding.site),
        action=render(ACTION[finding.action], lang),
        likelihood=format_percent(finding.likelihood),
    )


def _time_zone(scan: Scan, result: Result) -> str | None:
    """Time zone of the site that a clip exposes most."""
    return scan.site_time_zones.get(result.verdict.site or "")


def _signed(log_odds: float) -> str:
    """Format with two decimals and a sign; the minus sign is U+2212, which is as wide as the plus."""
    return f"{log_odds:+.2f}".replace("-", "−")


@dataclass(frozen=True, slots=True)
class _UncheckedRow:
    """One check, and the number of clips in which it applies but did not run."""

    name: str
    not_configured: int
    failed: int

    @property
    def clips(self) -> int:
        return self.not_configured + self.failed


def _unchecked_row(scan: Scan, check: Check, lang: Lang) -> _UncheckedRow:
    states = [result.clip.coverage.checks.get(check) for result in scan.results]
    return _UncheckedRow(render(CHECK[check], lang), states.count("not_configured"), states.count("failed"))


@dataclass(frozen=True, slots=True)
class _UnreadFile:
    """A file that was not read or only partly read."""

    path: str
    status: str
    reasons: str


def _unread_files(scan: Scan, lang: Lang) -> Iterator[_UnreadFile]:
    for result in scan.results:
        coverage = result.clip.coverage
        if coverage.status != "read":
            yield _UnreadFile(
                mask_path(result.clip.path), render(STATUS[coverage.status], lang), render_reasons(coverage, lang)
            )
    for skipped in scan.skipped:
        yield _UnreadFile(mask_path(skipped.path), render(_("left out"), lang), render_reason(skipped.reason, lang))


@dataclass(frozen=True, slots=True)
class _OtherClip:
    """A clip without exposure, or hidden by a decision."""

    path: str
    action_word: str
    status: str
    likelihood: str


def _other_clip(result: Result, lang: Lang) -> _OtherClip:
    label = _("hidden by a decision") if is_hidden(result) else answer_label(result)
    return _OtherClip(
        path=mask_path(result.clip.path),
        action_word=render(label, lang),
        status=render(STATUS[result.clip.coverage.status], lang),
        likelihood=format_percent(result.verdict.likelihood),
    )
