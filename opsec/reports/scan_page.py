"""The page of a scan: for each flagged clip, why, where to look for it, the sum, and what was not checked."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from opsec import __version__
from opsec.i18n.messages import Lang, Message, _, say
from opsec.i18n.terms import ACTION, CHECK, CHECK_STATE, CONFIDENCE, STATUS, field_words, likelihood_word
from opsec.model import CHECKS, Check, Finding, Result, Scan
from opsec.reports.evidence import (
    Evidence,
    answer,
    clock,
    evidence,
    is_hidden,
    percent,
    ratio,
    sentence,
    site_code,
    to_look_at,
    unchecked_line,
)
from opsec.reports.html import render
from opsec.reports.layout_view import LayoutView, layout_view
from opsec.reports.masking import shown_path, shown_reason, shown_reasons, shown_text
from opsec.verdict.rules import IDS, rule

MOST_CAPTION = 400
"""Code points of a caption shown among the facts; the words that matched are shown with the evidence."""


def scan_page(scan: Scan, lang: Lang) -> bytes:
    """One self-contained page; coordinates are masked. Our own photos are in it only where the scan carries them."""
    telling, summary = to_look_at(scan), unchecked_line(scan, lang)
    others = [result for result in scan.results if is_hidden(result) or result.verdict.action == "nothing_found"]
    return render(
        "scan.html",
        lang,
        {
            "counts": scan.counts,
            "clips": [_clip(scan, result, lang) for result in telling],
            "summary": say(summary, lang) if summary else "",
            "unchecked": [line for check in CHECKS if (line := _unchecked(scan, check, lang)).clips],
            "troubles": list(_troubles(scan, lang)),
            "others": [_other(result, lang) for result in others],
            "rules": [_rule_page(rule_id, lang) for rule_id in IDS if rule_id in _fired(telling)],
            "version": __version__,
            "settings": scan.settings_sha256[:8],
            "sites": scan.sites_sha256[:8],
        },
    )


@dataclass(frozen=True, slots=True)
class _RulePage:
    """What a rule that fired means, how it errs, what to do."""

    id: str
    title: str
    means: str
    errs: str
    advice: str


def _rule_page(rule_id: str, lang: Lang) -> _RulePage:
    fired = rule(rule_id)
    return _RulePage(rule_id, fired.title(lang), fired.means(lang), fired.errs(lang), fired.advice(lang))


def _fired(results: Iterable[Result]) -> set[str]:
    return {match.rule for result in results for match in result.matches}


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the printed sum."""

    family: str
    why: str
    ratio: str
    log_odds: str


@dataclass(frozen=True, slots=True)
class _State:
    """One check of a clip and how it went."""

    state: str
    name: str
    word: str


@dataclass(frozen=True, slots=True)
class _Fact:
    """Something known of a clip."""

    name: str
    value: str
    exact: bool = False
    """A hash, a time or an address: shown letter by letter, left to right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _ClipView:
    action: str
    action_word: str
    likelihood_word: str
    likelihood: str
    site: str
    severity: str
    path: str
    confidence: str
    evidence: list[Evidence]
    also: list[str]
    """Findings on other sites, in words."""
    sum: list[_Line]
    total: str
    held: bool
    """The sum would say more than this program ever does."""
    checks: list[_State]
    status: str
    reasons: str
    facts: list[_Fact]
    layout: LayoutView | None


def _clip(scan: Scan, result: Result, lang: Lang) -> _ClipView:
    verdict, coverage = result.verdict, result.clip.coverage
    total = math.fsum(line.log_odds for line in verdict.contributions)
    return _ClipView(
        action=verdict.action,
        action_word=say(ACTION[verdict.action], lang),
        likelihood_word=say(likelihood_word(verdict.likelihood), lang),
        likelihood=percent(verdict.likelihood),
        site=site_code(scan, verdict.site),
        severity=f"{verdict.severity:.2f}",
        path=shown_path(result.clip.path),
        confidence=say(CONFIDENCE[verdict.confidence], lang),
        evidence=_own_first(scan, result, lang),
        also=_also(scan, result, lang),
        sum=[
            _Line(line.family, sentence(line.why, lang), ratio(line.log_odds), _signed(line.log_odds))
            for line in verdict.contributions
        ],
        total=_signed(total),
        held=abs(total) > math.log(99),
        checks=[
            _State(coverage.checks[check], say(CHECK[check], lang), say(CHECK_STATE[coverage.checks[check]], lang))
            for check in CHECKS
            if check in coverage.checks
        ],
        status=say(STATUS[coverage.status], lang),
        reasons=shown_reasons(coverage, lang),
        facts=list(_facts(result, lang)),
        layout=layout_view(result, lang),
    )


def _own_first(scan: Scan, result: Result, lang: Lang) -> list[Evidence]:
    """The evidence that the verdict speaks of, then what points at other sites."""
    own = [match for match in result.matches if match.site == result.verdict.site]
    other = [match for match in result.matches if match.site != result.verdict.site]
    photos = scan.own_photos
    return [*evidence(result, lang, own, photos), *evidence(result, lang, other, photos)]


def _also(scan: Scan, result: Result, lang: Lang) -> list[str]:
    return [
        say(_also_at(scan, finding, lang), lang) for finding in result.findings if finding.site != result.verdict.site
    ]


def _also_at(scan: Scan, finding: Finding, lang: Lang) -> Message:
    return _(
        "It also points at {site}: {action}, {likelihood}.",
        site=site_code(scan, finding.site),
        action=say(ACTION[finding.action], lang),
        likelihood=percent(finding.likelihood),
    )


def _signed(log_odds: float) -> str:
    """Two decimals and always a sign, with the minus that lines up (U+2212)."""
    return f"{log_odds:+.2f}".replace("-", "−")


def _facts(result: Result, lang: Lang) -> Iterator[_Fact]:
    clip = result.clip
    hints = sorted({_field(hint.field, lang) for hint in clip.hints})
    known: tuple[tuple[Message, str | None, bool], ...] = (
        (_("SHA-256"), clip.sha256, True),
        (_("posted"), clip.post.posted_at, True),
        (_("recorded"), clip.post.recorded_at, True),
        (_("author"), clip.post.author, False),
        (_("address"), clip.post.url, True),
        (_("source"), clip.post.source, False),
        (_("caption"), clip.post.caption, False),
        (_("length"), None if clip.coverage.seconds_claimed is None else clock(clip.coverage.seconds_claimed), True),
        (_("hints found in"), " · ".join(hints), True),
        (_("findings"), " · ".join(finding.fingerprint[:8] for finding in result.findings), True),
    )
    for name, value, exact in known:
        if value:
            yield _Fact(say(name, lang), shown_text(value, limit=MOST_CAPTION), exact)


def _field(field: str, lang: Lang) -> str:
    words = field_words(field)
    return words if isinstance(words, str) else say(words, lang)


@dataclass(frozen=True, slots=True)
class _Unchecked:
    """One check, and in how many clips it should have run and did not."""

    name: str
    not_configured: int
    failed: int

    @property
    def clips(self) -> int:
        return self.not_configured + self.failed


def _unchecked(scan: Scan, check: Check, lang: Lang) -> _Unchecked:
    states = [result.clip.coverage.checks.get(check) for result in scan.results]
    return _Unchecked(say(CHECK[check], lang), states.count("not_configured"), states.count("failed"))


@dataclass(frozen=True, slots=True)
class _Trouble:
    """A file that was not, or not fully, read."""

    path: str
    status: str
    reasons: str


def _troubles(scan: Scan, lang: Lang) -> Iterator[_Trouble]:
    for result in scan.results:
        coverage = result.clip.coverage
        if coverage.status != "read":
            yield _Trouble(
                shown_path(result.clip.path), say(STATUS[coverage.status], lang), shown_reasons(coverage, lang)
            )
    for skipped in scan.skipped:
        yield _Trouble(shown_path(skipped.path), say(_("left out"), lang), shown_reason(skipped.reason, lang))


@dataclass(frozen=True, slots=True)
class _Other:
    """A clip with nothing to look at."""

    path: str
    action_word: str
    status: str
    likelihood: str


def _other(result: Result, lang: Lang) -> _Other:
    word = _("hidden by a decision") if is_hidden(result) else answer(result)
    return _Other(
        path=shown_path(result.clip.path),
        action_word=say(word, lang),
        status=say(STATUS[result.clip.coverage.status], lang),
        likelihood=percent(result.verdict.likelihood),
    )
