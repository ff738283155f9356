"""Turn the matches of a clip into findings and one verdict. Arithmetic only: no file, no clock.

The lines of the sum are in ``opsec.verdict.contributions``. The likelihood is kept between 1 % and 99 %: this program
is never certain.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

from opsec.model import (
    ACTIONS,
    CHECKS,
    Action,
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
from opsec.settings import Thresholds
from opsec.verdict.contributions import (
    CONTEXT_SEVERITY,
    context_contributions,
    layout_contributions,
    layout_severity,
    likelihood_contributions,
    severity_total,
)

MIN_LIKELIHOOD, MAX_LIKELIHOOD = 0.01, 0.99
SHOWN_DECIMALS = 2
"""Decimal places of likelihood and severity on pages, where the likelihood is a whole percentage."""
NO_LAYOUT = Layout()


@dataclass(frozen=True, slots=True)
class _SiteAssessment:
    """What the evidence of one clip says about one site."""

    site: Site
    matches: tuple[Match, ...]
    contributions: tuple[Contribution, ...]
    likelihood: float
    severity: float
    action: Action

    @property
    def is_finding(self) -> bool:
        """Whether an officer is to see it."""
        return self.action != "nothing_found" and any(match.grade != "possible" for match in self.matches)


def judge(
    clip: Clip, matches: Sequence[Match], sites: Sequence[Site], thresholds: Thresholds, layout: Layout = NO_LAYOUT
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
    """
    by_id = {site.id: site for site in sites}
    matched = dict.fromkeys(match.site for match in matches)
    assessments = sorted(
        (_assess_site(clip, by_id[site_id], matches, thresholds, layout) for site_id in matched), key=_worst_first
    )
    return Result(
        clip=clip,
        matches=tuple(matches),
        verdict=_verdict(clip, assessments[0] if assessments else _assess_without_matches(clip, sites)),
        findings=tuple(_finding(clip, assessment) for assessment in assessments if assessment.is_finding),
        layout=layout,
    )


def _assess_site(
    clip: Clip, site: Site, matches: Sequence[Match], thresholds: Thresholds, layout: Layout
) -> _SiteAssessment:
    of_site = tuple(match for match in matches if match.site == site.id)
    context = tuple(context_contributions(clip, of_site))
    shown = tuple(layout_contributions(clip, layout, of_site))
    base = _base_severity(site, of_site)
    severity = min(1.0, base + CONTEXT_SEVERITY * len(context) + (layout_severity(layout) if shown else 0.0))
    total = (severity_total(base, severity),) if shown or context else ()
    contributions = (*likelihood_contributions(clip, site, of_site), *shown, *context, *total)
    likelihood = _likelihood(contributions)
    action = _action(likelihood, severity, thresholds)
    if all(match.grade == "possible" for match in of_site):
        action = max(action, "watch", key=ACTIONS.index)  # a "possible" match never flags alone
    return _SiteAssessment(site, of_site, contributions, likelihood, severity, action)


def _assess_without_matches(clip: Clip, sites: Sequence[Site]) -> _SiteAssessment:
    """Assessment when nothing matched: the highest prior, less what the checks that ran and found nothing take away."""
    likeliest = max(sites, key=lambda site: site.prior)
    contributions = tuple(likelihood_contributions(clip, likeliest, ()))
    return _SiteAssessment(likeliest, (), contributions, _likelihood(contributions), 0.0, "nothing_found")


def _likelihood(contributions: Sequence[Contribution]) -> float:
    """The sum of the log-odds as a likelihood, kept away from certainty at both ends."""
    log_odds = sum(line.log_odds for line in contributions)
    return min(MAX_LIKELIHOOD, max(MIN_LIKELIHOOD, 1 / (1 + math.exp(-log_odds))))


def _base_severity(site: Site, matches: Sequence[Match]) -> float:
    """The highest sensitivity among the site and the zones that were matched."""
    zones = [match.zone_sensitivity for match in matches if match.grade != "possible"]
    return max([site.sensitivity, *(value for value in zones if value is not None)])


def _action(likelihood: float, severity: float, thresholds: Thresholds) -> Action:
    """Choose the action by the values that pages show: two clips at “90 %” get the same one."""
    likelihood, severity = round(likelihood, SHOWN_DECIMALS), round(severity, SHOWN_DECIMALS)
    if likelihood >= thresholds.act_now_likelihood and severity >= thresholds.act_now_severity:
        return "act_now"
    if likelihood >= thresholds.act_today_likelihood:
        return "act_today"
    if likelihood >= thresholds.review_likelihood:
        return "review"
    return "watch" if likelihood >= thresholds.watch_likelihood else "nothing_found"


def _worst_first(assessment: _SiteAssessment) -> tuple[int, float, float, str]:
    """Sort key: most urgent action, then highest likelihood and severity."""
    return ACTIONS.index(assessment.action), -assessment.likelihood, -assessment.severity, assessment.site.id


def _verdict(clip: Clip, assessment: _SiteAssessment) -> Verdict:
    return Verdict(
        action=assessment.action,
        site=assessment.site.id if assessment.matches else None,
        likelihood=assessment.likelihood,
        confidence=_confidence(clip),
        severity=assessment.severity,
        contributions=assessment.contributions,
        not_assessed=tuple(c for c in CHECKS if clip.coverage.checks.get(c) in {"not_configured", "failed"}),
    )


def _confidence(clip: Clip) -> Confidence:
    """How much of what applies to this clip was checked at all: a post of words alone has no frames to check."""
    checks = clip.coverage.checks
    applies = [state for state in checks.values() if state != "not_applicable"]
    ran = sum(state == "ran" for state in applies)
    expected = len(applies) - (checks.get("speech") == "not_configured")  # few install a model; the rest tells enough
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
        action=assessment.action,
    )


def fingerprint(clip: Clip, site_id: str) -> str:
    """Identifier of a finding that stays the same from scan to scan.

    It is a hash of the clip's bytes (of its post when there is no media file) and of the site.
    """
    content = clip.sha256 or clip.post.url or clip.post.caption or clip.path
    return hashlib.sha256(f"{content}\n{site_id}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
