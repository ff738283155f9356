"""The fixed words of a verdict, in both languages: likelihood, action, confidence, what was checked.

Likelihoods are spoken as in Intelligence Community Directive 203 (Analytic Standards, 2015), table in
section D.6.e.2.a; its bounds touch, and a bound belongs to the stronger word.
"""

from collections.abc import Mapping

from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import plain
from opsec.model import Action, Check, CheckState, Confidence, CoverageStatus, Grade

_LIKELIHOOD_STEPS: tuple[tuple[float, Message], ...] = (
    (0.95, _("almost certain")),
    (0.80, _("very likely")),
    (0.55, _("likely")),
    (0.45, _("roughly even chance")),
    (0.20, _("unlikely")),
    (0.05, _("very unlikely")),
    (0.0, _("almost no chance")),
)

ACTION: Mapping[Action, Message] = {
    "act_now": _("act now"),
    "act_today": _("act today"),
    "review": _("review"),
    "watch": _("watch"),
    "nothing_found": _("nothing found"),
}

CONFIDENCE: Mapping[Confidence, Message] = {
    "high": _("high confidence: every check that applies was run"),
    "moderate": _("moderate confidence: some checks were not run"),
    "low": _("low confidence: much of the clip was not checked"),
}

CHECK: Mapping[Check, Message] = {
    "metadata": _("metadata"),
    "telemetry": _("telemetry"),
    "sidecar": _("files beside the clip"),
    "caption": _("caption and file name"),
    "signage": _("words in the picture"),
    "landmarks": _("landmarks"),
    "layout": _("layout of the site"),
    "speech": _("what is said"),
}

CHECK_STATE: Mapping[CheckState, Message] = {
    "ran": _("checked"),
    "not_configured": _("not available"),
    "failed": _("failed"),
    "not_applicable": _("does not apply"),
}

STATUS: Mapping[CoverageStatus, Message] = {
    "read": _("read"),
    "partly": _("partly read"),
    "unread": _("not read"),
}

GRADE: Mapping[Grade, Message] = {
    "possible": _("possible"),
    "probable": _("probable"),
    "strong": _("strong"),
}

_EXPOSURE_STEPS: tuple[tuple[float, Message], ...] = (
    (0.5, _("most of what lies around")),
    (0.25, _("a large part of what lies around")),
    (0.12, _("part of what lies around")),
    (0.0, _("one view")),
)

FIELD: Mapping[str, Message] = {
    "caption": _("the caption"),
    "title": _("the title"),
    "hashtag": _("a hashtag"),
    "comment": _("a comment"),
    "filename": _("the file name"),
    "folder": _("the name of its folder"),
    "subtitle": _("a subtitle"),
    "speech": _("what is said"),
    "sound": _("the title of the sound"),
    "sticker": _("a sticker"),
    "sign": _("a sign in the picture"),
    "on screen": _("words burnt into the picture"),
    "link": _("a link"),
    "alternate text": _("the alternate text"),
    "description": _("the description"),
    "picture": _("the picture"),
    "pictures": _("the picture"),
}
"""Where words of a post stand; boxes, tags and JSON paths keep the name that their standard gave them."""


def field_words(field: str) -> Message | str:
    """The field of a hint, for a sentence."""
    return FIELD.get(field) or plain(field)


def exposure_word(score: float | None) -> Message:
    """How much of a place a clip shows, in words; what was not assessed is not little."""
    if score is None:
        return _("not assessed")
    return next(word for least, word in _EXPOSURE_STEPS if score >= least)


def likelihood_word(likelihood: float) -> Message:
    """The standard phrase for a likelihood between 0 and 1.

    >>> likelihood_word(0.97).template
    'almost certain'
    """
    return next(word for least, word in _LIKELIHOOD_STEPS if likelihood >= least)
