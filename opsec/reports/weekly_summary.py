"""Short summary of a week for the terminal: the bottom line, what is asked, and what the figures rest on."""

from collections.abc import Iterator

from opsec.i18n.messages import Message, _, ngettext
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.terms import ACTION
from opsec.model import Exposure
from opsec.model.exposure import Edition
from opsec.reports.accumulated_view import accumulated_lines
from opsec.reports.weekly_editions import for_edition
from opsec.reports.weekly_words import Words, bottom_line, recommendations

MAX_BASES = 5
"""Bases with the most findings, a line each."""


def weekly_summary_lines(exposure: Exposure, words: Words, edition: Edition = "command") -> Iterator[Message]:
    """Yield the lines of the summary; in the edition ``command`` they name no clip, account, place or coordinate."""
    view = for_edition(exposure, edition)
    yield _("Exposure in week {week}", week=view.week)
    yield _("{first_day} to {last_day}", first_day=words.day(view.first_day), last_day=words.day(view.last_day))
    yield Message(" ".join(words.say(sentence) for sentence in bottom_line(view)))
    for base in view.bases[:MAX_BASES]:
        yield _(
            "{site}: findings {now} (last week {before})",
            site=escape_unsafe(base.code),
            now=words.count(base.findings),
            before=words.count(base.findings_week_before),
        )
    for one in view.worst[:MAX_BASES]:
        if one.action == "act_now":
            yield _(
                "{action}: finding {number} at {site}",
                action=ACTION[one.action],
                number=escape_unsafe(one.number),
                site=escape_unsafe(one.site_code) or _("withheld"),
            )
    yield from accumulated_lines(view, words.lang)
    yield from recommendations(view, words)
    yield ngettext("{n} clip not fully checked", "{n} clips not fully checked", exposure.not_fully_checked)
