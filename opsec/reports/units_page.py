"""HTML page of the week of many units, and its summary on a terminal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from opsec import __version__
from opsec.i18n.dates import DigitStyle
from opsec.i18n.messages import Lang, Message, _, isolate, ngettext
from opsec.i18n.safe_text import escape_unsafe
from opsec.model.audit import AuditMark
from opsec.model.unit_week import CellOfUnits, UnitLine, UnitState, UnitsWeek
from opsec.reports.accumulated_view import WEEKDAY
from opsec.reports.html import render_template
from opsec.reports.small_numbers import MIN_COUNT
from opsec.reports.units_tables import COUNTS
from opsec.reports.weekly_words import Words
from opsec.verdict.rules import load_rule

DAY_LENGTH = len("2026-11-18")
STATES: Mapping[UnitState, Message] = {
    "on_time": _("on time"),
    "late": _("late"),
    "missing": _("missing"),
}
REFUSALS: Mapping[str, Message] = {
    "not_a_bundle": _("damaged, or not a bundle"),
    "not_for_us": _("encrypted to another key"),
    "bad_signature": _("wrongly signed"),
    "unknown_signer": _("signed by a key that is not trusted"),
    "not_a_unit": _("signed by a key that is not that of a unit"),
    "newer_version": _("of a newer version of the program"),
    "future_week": _("of a week that had not begun"),
    "future_time": _("made in the future by the clock of its unit"),
    "bad_content": _("signed, but with unexpected content"),
}
"""Code of a refusal → label."""


def render_units_page(week: UnitsWeek, mark: AuditMark, lang: Lang, digits: DigitStyle = "western") -> bytes:
    """Render the page, self-contained, with counts, codes and the names of the units.

    ``digits``: those of an Arabic page.
    """
    words = Words(lang, digits)
    return render_template(
        "units.html",
        lang,
        {
            "week": week,
            "period": words.say(
                _("{first_day} to {last_day}", first_day=words.day(week.first_day), last_day=words.day(week.last_day))
            ),
            "due": words.say(_("reports were due by {day}", day=words.day(week.due_at[:DAY_LENGTH]))),
            "withheld": words.say(_("Counts under {n} of one unit are withheld.", n=MIN_COUNT)),
            "headline": " ".join(words.say(sentence) for sentence in headline_messages(week)),
            "figures": [_Figure(words.say(label), words.figure(value)) for label, value in _figures(week)],
            "units": [_UnitRow.of(line, words) for line in week.units],
            "total": [words.figure(getattr(week.totals, name)) for name in COUNTS],
            "sites": [_CellRow.of(site, escape_unsafe(site.key), words) for site in week.sites],
            "rules": [_CellRow.of(rule, rule_title(rule.key, lang), words) for rule in week.rules],
            "mark": mark,
            "refused": [
                _Figure(words.say(refusal_label(reason)), words.figure(count)) for reason, count in week.refused.items()
            ],
            "strangers": [escape_unsafe(name) for name in week.strangers],
            "version": __version__,
        },
    )


def summary_lines(week: UnitsWeek) -> Iterator[Message]:
    """Yield the lines of the summary on the terminal."""
    yield _("Units in week {week}", week=week.week)
    yield _("{first_day} to {last_day}", first_day=week.first_day, last_day=week.last_day)
    yield from headline_messages(week)
    for line in week.units:
        numbers = line.counted.week.numbers if line.counted else None
        yield (
            _(
                "{unit}: {state}, {flagged} of {clips} clips flagged",
                unit=escape_unsafe(line.unit),
                state=STATES[line.state],
                flagged=numbers.flagged,
                clips=numbers.clips,
            )
            if numbers
            else _("{unit}: {state}", unit=escape_unsafe(line.unit), state=STATES[line.state])
        )
        for remark in remarks(line):
            yield Message("  {remark}", {"remark": remark})
    for site in week.sites:
        yield _("{site}: {findings} findings", site=escape_unsafe(site.key), findings=_range(site))
    for reason, count in week.refused.items():
        yield _("refused: {count}, {reason}", count=count, reason=refusal_label(reason))


def headline_messages(week: UnitsWeek) -> Iterator[Message]:
    """Yield the sentences at the top."""
    counted = sum(line.counted is not None for line in week.units)
    yield _("{counted} of {expected} units have reported.", counted=counted, expected=len(week.units))
    if any(line.counted is not None and line.first_weekday is None for line in week.units):
        yield ngettext(
            "They flagged {n} clip of {clips} scanned.",
            "They flagged {n} clips of {clips} scanned.",
            week.totals.flagged,
            clips=week.totals.clips,
        )
    others = [line.unit for line in week.units if line.first_weekday is not None]
    if others:
        yield _(
            "Not in the sums, as their weeks begin on another day: {units}.",
            units=escape_unsafe(", ".join(others), limit=400),
        )
    missing = [line.unit for line in week.units if line.state == "missing"]
    if missing:
        yield _("Missing: {units}.", units=escape_unsafe(", ".join(missing), limit=400))


def remarks(line: UnitLine) -> Iterator[Message]:
    """Yield what else is to be said of the bundles of a unit."""
    if line.first_weekday is not None:
        yield _("its week begins on {day}: not in the sums", day=WEEKDAY[line.first_weekday])
    if line.counted is not None and line.counted.week.first_weekday is None:
        yield _("made by an older version: on which day its week begins is not known")
    if line.corrected:
        yield ngettext(
            "replaces {n} earlier report of the week", "replaces {n} earlier reports of the week", line.corrected
        )
    if line.contradicted:
        yield _("two different reports have the same number; the one made last counts")
    if line.repeated:
        yield ngettext("imported {n} more time; counted once", "imported {n} more times; counted once", line.repeated)
    if line.counted is not None and line.counted.week.program != __version__:
        yield _("made with version {version} of the program", version=escape_unsafe(line.counted.week.program))
    for reason in line.refused:
        yield _("a bundle was refused: {reason}", reason=refusal_label(reason))


def refusal_label(reason: str) -> Message:
    """Return the label of a refusal."""
    return REFUSALS.get(reason, REFUSALS["bad_content"])


def _figures(week: UnitsWeek) -> tuple[tuple[Message, int], ...]:
    totals = week.totals
    return (
        (_("clips flagged"), totals.flagged),
        (_("call for action now"), totals.act_now),
        (_("still online"), totals.online),
        (_("clips scanned"), totals.clips),
        (_("clips not fully checked"), totals.not_fully_checked),
    )


def rule_title(rule: str, lang: Lang) -> str:
    """Return the title of a rule; its id where a newer version of the program has more rules."""
    try:
        return load_rule(rule).title(lang)
    except OSError:
        return escape_unsafe(rule)


def _range(cell: CellOfUnits) -> Message:
    if cell.at_least == cell.at_most:
        return Message("{n}", {"n": cell.at_most})
    return _("{least} to {most}", least=cell.at_least, most=cell.at_most)


@dataclass(frozen=True, slots=True)
class _Figure:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class _UnitRow:
    """A unit in the table."""

    unit: str
    state: UnitState
    state_word: str
    number: str
    made_on: str
    counts: tuple[str, ...]
    remarks: tuple[str, ...]

    @classmethod
    def of(cls, line: UnitLine, words: Words) -> "_UnitRow":
        counted = line.counted
        return cls(
            unit=escape_unsafe(line.unit),
            state=line.state,
            state_word=words.say(STATES[line.state]),
            number=words.figure(counted.week.sequence) if counted else "",
            made_on=words.day(counted.week.made_at[:DAY_LENGTH]) if counted else "",
            counts=tuple(words.figure(getattr(counted.week.numbers, name)) for name in COUNTS) if counted else (),
            remarks=tuple(words.say(remark) for remark in remarks(line)),
        )


@dataclass(frozen=True, slots=True)
class _CellRow:
    """A base or a kind of exposure in its table."""

    label: str
    findings: str
    units: str

    @classmethod
    def of(cls, cell: CellOfUnits, label: str, words: Words) -> "_CellRow":
        names = [isolate(escape_unsafe(unit), words.lang) for unit in cell.units]
        return cls(label, words.say(_range(cell)), ("، " if words.lang == "ar" else ", ").join(names))
