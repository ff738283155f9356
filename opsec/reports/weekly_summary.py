"""The week in a few lines for the terminal: what the weekly page for command states first."""

from collections.abc import Iterator

from opsec.i18n.messages import Lang, Message, _, ngettext, render
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.terms import ACTION
from opsec.model import Exposure
from opsec.reports.accumulated_view import accumulated_lines
from opsec.reports.weekly_page import headline_messages, site_totals

MAX_BASES = 5
"""Bases with the most findings, a line each."""


def weekly_summary_lines(exposure: Exposure, lang: Lang) -> Iterator[Message]:
    """Yield the lines of the summary. Like the page, they name no clip, account, place or coordinate."""
    yield _("Exposure in week {week}", week=exposure.week)
    yield _("{first_day} to {last_day}", first_day=exposure.first_day, last_day=exposure.last_day)
    yield Message(" ".join(render(sentence, lang) for sentence in headline_messages(exposure)))
    for code, now, before in site_totals(exposure.lines)[:MAX_BASES]:
        yield ngettext(
            "{site}: {n} finding ({before} the week before)",
            "{site}: {n} findings ({before} the week before)",
            now,
            site=escape_unsafe(code),
            before=before,
        )
    urgent = [clip for clip in exposure.worst if clip.action == "act_now"]
    for clip in urgent[:MAX_BASES]:
        yield _(
            "{action}: finding {number} at {site}",
            action=ACTION[clip.action],
            number=escape_unsafe(clip.number),
            site=escape_unsafe(clip.site_code),
        )
    yield from accumulated_lines(exposure, lang)
    yield ngettext("{n} clip not fully checked", "{n} clips not fully checked", exposure.not_fully_checked)
