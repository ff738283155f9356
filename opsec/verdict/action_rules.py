"""The action word: chosen by printed rules from the values that pages show.

Two clips at “90 %” get the same action, and the rule that decided is printed with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from opsec.i18n.messages import Message, _, bilingual
from opsec.i18n.terms import ACTION
from opsec.model import Action, Bilingual, Match
from opsec.settings import Thresholds

SHOWN_DECIMALS = 2
"""Decimal places of likelihood and severity on pages, where the likelihood is a whole percentage."""
_INSIDE_RULES = frozenset({"GPS-IN-FENCE", "TRACK-CROSSES-FENCE"})


@dataclass(frozen=True, slots=True)
class ChosenAction:
    """An action and the rule that led to it."""

    action: Action
    why: Bilingual


def choose_action(  # noqa: PLR0913 - all that an action depends on
    matches: Sequence[Match],
    likelihood: float,
    severity: float,
    evidence_log_odds: float,
    thresholds: Thresholds,
    *,
    contradicted: bool = False,
    unflagged: float | None = None,
) -> ChosenAction:
    """Choose the action for one site.

    Parameters
    ----------
    matches
        Matches of the clip with the site; may be empty.
    likelihood, severity
        0 to 1; they are compared as pages show them.
    evidence_log_odds
        What the evidence adds to the prior: below 0 it counts against the site.
    thresholds
        From which values each action applies.
    contradicted
        Whether evidence says that the clip was filmed elsewhere.
    unflagged
        Likelihood that decides between the actions that flag nothing: that of the same clip without the words in which
        nothing was found, so that an innocent caption never changes an action. Default: the likelihood.
    """
    likelihood, severity = round(likelihood, SHOWN_DECIMALS), round(severity, SHOWN_DECIMALS)
    if all(match.grade == "possible" for match in matches):
        return _without_flag(matches, likelihood if unflagged is None else round(unflagged, SHOWN_DECIMALS), thresholds)
    certain = _certain_exposure(matches)
    if certain is None:
        if evidence_log_odds <= 0 and likelihood >= thresholds.watch_likelihood:
            return _chosen("watch", _("the evidence as a whole does not support the site"))
        return _by_thresholds(likelihood, severity, thresholds)
    if not contradicted:
        return _chosen("act_now", certain)
    if likelihood < thresholds.act_today_likelihood:
        return _chosen("review", _("evidence that would call for action now is contradicted; read both"))
    return _by_thresholds(likelihood, severity, thresholds)


def _by_thresholds(likelihood: float, severity: float, thresholds: Thresholds) -> ChosenAction:
    if likelihood >= thresholds.act_now_likelihood and severity >= thresholds.act_now_severity:
        why = _(
            "the likelihood is {least} or more and the severity {severity} or more",
            least=f"{thresholds.act_now_likelihood:.0%}",
            severity=thresholds.act_now_severity,
        )
        return _chosen("act_now", why)
    steps: tuple[tuple[Action, float], ...] = (
        ("act_today", thresholds.act_today_likelihood),
        ("review", thresholds.review_likelihood),
        ("watch", thresholds.watch_likelihood),
    )
    for action, least in steps:
        if likelihood >= least:
            return _chosen(action, _("the likelihood is {least} or more", least=f"{least:.0%}"))
    return _chosen("nothing_found", _below(thresholds))


def _without_flag(matches: Sequence[Match], likelihood: float, thresholds: Thresholds) -> ChosenAction:
    """Choose between the two actions that flag nothing: no match can flag a clip."""
    if any(match.names_only for match in matches):
        return _chosen("watch", _("the post names the site, but nothing ties what it shows to the site"))
    if matches and likelihood >= thresholds.watch_likelihood:
        return _chosen("watch", _("matches that are only possible never flag a clip"))
    return _chosen("nothing_found", _below(thresholds) if matches else _("nothing of the clip matched a site"))


def _certain_exposure(matches: Sequence[Match]) -> Message | None:
    """Return why the clip exposes the site whatever its severity, or None."""
    strong = {match.rule for match in matches if match.grade == "strong"}
    if strong & _INSIDE_RULES:
        return _("a position inside the fence always calls for action now")
    if "NAME-ON-SIGN" in strong:
        return _("the name of the site inside the image always calls for action now")
    return None


def _below(thresholds: Thresholds) -> Message:
    return _("the likelihood is below {least}", least=f"{thresholds.watch_likelihood:.0%}")


def _chosen(action: Action, reason: Message) -> ChosenAction:
    return ChosenAction(action, bilingual(_("{action}: {reason}", action=ACTION[action], reason=reason)))
