"""Facts about a clip and its post for a page: times in the time zone of the site, a link that a person can follow."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from opsec.i18n.messages import Lang, Message, _, render
from opsec.matching.posting_time import TimeOrder, posting_delay
from opsec.model import Result
from opsec.reports.evidence import display_field
from opsec.reports.masking import mask_and_escape
from opsec.reports.value_format import format_clock

MAX_CAPTION_LENGTH = 400
"""Code points of a caption shown among the facts; the matched words are shown with the evidence."""
MAX_FIELDS = 200
"""Names of fields that are listed; a hostile file has thousands, and the line is cut anyway."""
MAX_LINK_LENGTH = 1_000
_TIME_DOUBTS: Mapping[TimeOrder, Message] = {
    "clock_wrong": _("recorded after it was posted: the camera has the wrong time, so the clip is not called live"),
    "no_zone": _("a time has no time zone and may be hours off: whether the clip was posted live is unknown"),
}
_LINK = re.compile(r"https?://[!-~]+", re.IGNORECASE)
"""A web address in ASCII: anything else could be another scheme, or look like another address."""


@dataclass(frozen=True, slots=True)
class ClipFact:
    """A fact about a clip."""

    name: str
    value: str
    exact: bool = False
    """Whether it is a hash, a time or a URL, which is set in a fixed-width font and runs from left to right."""
    href: str | None = None
    """Address to open, equal to the value that is shown; None where coordinates are masked in it."""


def clip_facts(result: Result, lang: Lang, time_zone: str | None) -> Iterator[ClipFact]:
    """Yield the facts that are known of a clip.

    Parameters
    ----------
    result
        The clip with its findings.
    lang
        Language of the names.
    time_zone
        Of the site that it exposes, as in the IANA database; None: times are shown as they were recorded.
    """
    clip, post = result.clip, result.clip.post
    fields = sorted({display_field(field, lang) for field in sorted({hint.field for hint in clip.hints})[:MAX_FIELDS]})
    seconds = clip.coverage.seconds_claimed
    known: tuple[tuple[Message, str | None, bool], ...] = (
        (_("SHA-256"), clip.sha256, True),
        (_("posted"), local_time(post.posted_at, time_zone), True),
        (_("recorded"), local_time(post.recorded_at, time_zone), True),
        (_("author"), post.author, False),
        (_("source"), post.source, False),
        (_("caption"), post.caption, False),
        (_("duration"), None if seconds is None else format_clock(seconds), True),
        (_("hints found in"), " · ".join(fields), False),
        (_("findings"), " · ".join(one.number for one in result.findings if one.number), True),
    )
    doubt = _TIME_DOUBTS.get(posting_delay(clip, 0.0).order)
    if doubt:
        yield ClipFact(render(_("times"), lang), render(doubt, lang))
    if post.url:
        yield _link_fact(post.url, lang)
    for name, value, exact in known:
        if value:
            yield ClipFact(render(name, lang), mask_and_escape(value, limit=MAX_CAPTION_LENGTH), exact)


def _link_fact(url: str, lang: Lang) -> ClipFact:
    shown = mask_and_escape(url, limit=MAX_LINK_LENGTH)
    opens = shown == url and _LINK.fullmatch(url) is not None
    return ClipFact(render(_("link"), lang), shown, exact=True, href=url if opens else None)


def local_time(written: str | None, time_zone: str | None) -> str | None:
    """Convert a time with a UTC offset to a time zone; any other text is returned as it is.

    >>> local_time("2026-11-16T05:30:00Z", "Asia/Baghdad"), local_time("2026-11-16", "Asia/Baghdad")
    ('2026-11-16 08:30:00 (Asia/Baghdad)', '2026-11-16')
    """
    if written is None or time_zone is None:
        return written
    try:
        moment, zone = datetime.fromisoformat(written), ZoneInfo(time_zone)
        if moment.tzinfo is None:
            return written
        return f"{moment.astimezone(zone).strftime('%Y-%m-%d %H:%M:%S')} ({time_zone})"
    except (ValueError, OverflowError, ZoneInfoNotFoundError):
        return written  # not a full time, or this machine has no data of the zone
