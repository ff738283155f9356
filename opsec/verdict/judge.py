"""Turn the matches of a clip into findings and one verdict. Arithmetic only: no file, no clock.

The lines of the sum are in ``likelihood_sum`` and ``severity``, the action words in ``action_rules``. The likelihood is
kept between 1 % and 99 %: this program is never certain.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

from opsec.model import (
    ACTIONS,
    CHECKS,
    Clip,
    Confidence,
    Contribution,
    Finding,
    Layout,
    Match,
    Result,
    Site,
    Verdict,
)  # fmt: skip
from opsec.model.site import derive, sites_by_id
from opsec.settings import Thresholds
from opsec.verdict.action_rules import ChosenAction, choose_action
from opsec.verdict.likelihood_ratios import LikelihoodTable, likelihood_table
from opsec.verdict.likelihood_sum import Evidence, likelihood_lines
from opsec.verdict.severity import assess_severity
from opsec.verdict.silence import searchable_families

MIN_LIKELIHOOD, MAX_LIKELIHOOD = 0.01, 0.99
NO_LAYOUT = Layout()


@dataclass(frozen=True, slots=True)
class _SiteAssessment:
    """What the evidence of one clip says about one site."""

    site: Site
    matches: tuple[Match, ...]
    contributions: tuple[Contribution, ...]
    likelihood: float
    severity: float
    chosen: ChosenAction

    @property
    def is_finding(self) -> bool:
        """Whether an officer is to see it."""
        return self.chosen.action != "nothing_found" and any(match.grade != "possible" for match in self.matches)


def judge(  # noqa: PLR0913, PLR0917 - all that a verdict depends on
    clip: Clip,
    matches: Sequence[Match],
    sites: Sequence[Site],
    thresholds: Thresholds,
    layout: Layout = NO_LAYOUT,
    table: LikelihoodTable | None = None,
) -> Result:
    """Judge one clip: a verdict about the site it exposes most, and a finding for every site that it exposes.

    Parameters
    ----------
    clip
        The clip with its hints and the outcome of each check.
    matches
        All matches of the clip with our sites.
    sites
        All our sites, at least one.
    thresholds
        Likelihood and severity from which each action applies.
    layout
        How much of a site's layout the clip shows; default: not assessed.
    table
        Likelihood ratios; default: the table shipped with the program.
    """
    table = table or likelihood_table()
    by_id = sites_by_id(sites)
    matched = dict.fromkeys(match.site for match in matches)
    assessments = sorted(
        (_assess_site(clip, by_id[site_id], matches, thresholds, layout, table) for site_id in matched),
        key=_worst_first,
    )
    return Result(
        clip=clip,
        matches=tuple(matches),
        verdict=_verdict(
            clip, assessments[0] if assessments else _assess_without_matches(clip, sites, thresholds, table)
        ),
        findings=tuple(_finding(clip, assessment) for assessment in assessments if assessment.is_finding),
        layout=layout,
    )


def _assess_site(  # noqa: PLR0913, PLR0917 - as above, for one site
    clip: Clip, site: Site, matches: Sequence[Match], thresholds: Thresholds, layout: Layout, table: LikelihoodTable
) -> _SiteAssessment:
    of_site = tuple(match for match in matches if match.site == site.id)
    others = tuple(match for match in matches if match.site != site.id)
    severity = assess_severity(clip, site, layout, of_site)
    evidence = Evidence(clip, site, of_site, others)
    lines = tuple(likelihood_lines(evidence, table))
    likelihood = _likelihood(lines)
    odds = [line.log_odds for line in lines[1:]]
    contradicted = any(one < 0 for one in odds)
    without_words = _likelihood(tuple(likelihood_lines(evidence, table, with_silent_words=False)))
    chosen = choose_action(
        of_site, likelihood, severity.total, sum(odds), thresholds, contradicted=contradicted, unflagged=without_words
    )
    return _SiteAssessment(site, of_site, (*lines, *severity.lines), likelihood, severity.total, chosen)


def _assess_without_matches(
    clip: Clip, sites: Sequence[Site], thresholds: Thresholds, table: LikelihoodTable
) -> _SiteAssessment:
    """Assessment of the likeliest site when nothing matched: its prior, less what the silent checks take away.

    Sites with the same prior differ only by the checks that can find them.
    """
    distinct = derive(sites, _distinct_sites)
    sums = [(site, tuple(likelihood_lines(Evidence(clip, site, ()), table))) for site in distinct]
    likeliest, lines = max(sums, key=lambda one: _likelihood(one[1]))
    likelihood = _likelihood(lines)
    return _SiteAssessment(likeliest, (), lines, likelihood, 0.0, choose_action((), likelihood, 0.0, 0.0, thresholds))


def _distinct_sites(sites: Sequence[Site]) -> tuple[Site, ...]:
    """Return one site of each prior and set of families, the first of each."""
    distinct = {(site.prior, searchable_families(site)): site for site in reversed(sites)}
    return tuple(reversed(distinct.values()))


def _likelihood(contributions: Sequence[Contribution]) -> float:
    """The sum of the log-odds as a likelihood, kept away from certainty at both ends."""
    log_odds = sum(line.log_odds for line in contributions)
    return min(MAX_LIKELIHOOD, max(MIN_LIKELIHOOD, 1 / (1 + math.exp(-log_odds))))


def _worst_first(assessment: _SiteAssessment) -> tuple[int, float, float, str]:
    """Sort key: most urgent action, then highest likelihood and severity."""
    urgency = ACTIONS.index(assessment.chosen.action)
    return urgency, -assessment.likelihood, -assessment.severity, assessment.site.id


def _verdict(clip: Clip, assessment: _SiteAssessment) -> Verdict:
    return Verdict(
        action=assessment.chosen.action,
        action_why=assessment.chosen.why,
        names_only=_names_only(assessment.matches),
        site=assessment.site.id if assessment.matches else None,
        likelihood=assessment.likelihood,
        confidence=_confidence(clip),
        severity=assessment.severity,
        contributions=assessment.contributions,
        not_assessed=tuple(c for c in CHECKS if clip.coverage.checks.get(c) in {"not_configured", "failed"}),
    )


def _names_only(matches: Sequence[Match]) -> bool:
    """Whether words name the site and nothing ties the clip to it."""
    return any(match.names_only for match in matches) and all(match.grade == "possible" for match in matches)


def _confidence(clip: Clip) -> Confidence:
    """How much of what applies to this clip was checked at all: a post of words alone has no frames to check."""
    checks = clip.coverage.checks
    applies = [state for state in checks.values() if state != "not_applicable"]
    ran = sum(state == "ran" for state in applies)
    expected = len(applies) - (checks.get("speech") == "not_configured")  # few install a model; the rest is enough
    if clip.coverage.status == "unread" or 2 * ran < expected:
        return "low"
    whole = ran == len(applies) and clip.coverage.status == "read"
    return "high" if whole and not _shows_what_was_not_given(clip) else "moderate"


def _shows_what_was_not_given(clip: Clip) -> bool:
    """Whether the post has an address, so most likely a clip, of which only the words were given."""
    return clip.sha256 is None and clip.post.url is not None


def _finding(clip: Clip, assessment: _SiteAssessment) -> Finding:
    best = max(assessment.matches, key=lambda match: (match.log_odds, match.rule))
    return Finding(
        fingerprint=fingerprint(clip, assessment.site.id),
        rule=best.rule,
        site=assessment.site.id,
        likelihood=assessment.likelihood,
        severity=assessment.severity,
        match_ids=tuple(match.id for match in assessment.matches),
        action=assessment.chosen.action,
    )


def fingerprint(clip: Clip, site_id: str) -> str:
    """Identifier of a finding that stays the same from scan to scan.

    It is a hash of the clip's bytes (of its post when there is no media file) and of the site.
    """
    content = clip.sha256 or clip.post.url or clip.post.caption or clip.path
    return hashlib.sha256(f"{content}\n{site_id}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
