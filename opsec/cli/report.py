"""``opsec report``: the weekly page for command."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.keys import keys_folder, keys_option
from opsec.cli.messages import print_message
from opsec.cli.stdio import guard_stdout
from opsec.errors import UsageError
from opsec.i18n.messages import _, current_language
from opsec.i18n.safe_text import display_path

if TYPE_CHECKING:
    from opsec.model import Exposure
    from opsec.model.exposure import Edition
    from opsec.settings import Settings

WEEK_BLANK = "{week}"
"""In the name of a file, for ``--since-last``."""


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @add_command(
        app,
        "report",
        _("Write the weekly page for command."),
        details=_(
            "The edition for command contains counts and codes only. The edition for the officer adds small counts, "
            "units and reasons; the edition with evidence contains everything, and its issue is recorded."
        ),
        example="opsec report --week 2026-W47 -o week.pdf",
        exit_codes=exit_codes.SIMPLE,
    )
    def report(
        week: str | None = options.make_option(
            None, "--week", text=_("week such as 2026-W47; default: this week"), metavar="YYYY-Www"
        ),
        by: str = _by_option(),
        edition: str = _edition_option(),
        case: str | None = options.case_option(),
        sites: Path | None = options.sites_option(),
        output: list[Path] | None = _output_option(),
        since_last: bool = _since_last_option(),
        units: bool = options.make_option(
            False, "--units", text=_("the week of all units whose bundles were imported (HTML, JSON or CSV)")
        ),
        keys: Path | None = keys_option(),
        config: Path | None = options.config_option(),
    ) -> None:
        settings = options.load_settings(config)
        _check_week(week)
        outputs, folder = output or [], keys_folder(keys, case, config)
        if units:
            _report_units(outputs, settings, week=week, case=case, keys=folder)
            return
        write = _report_pending if since_last else _report
        write(outputs, settings, week=week, by=by, edition=edition, case=case, sites=sites, keys=folder)


def _check_week(text: str | None) -> None:
    """Refuse what is no week before anything is opened."""
    from opsec.casefile.iso_week import Week

    if text is not None:
        Week.parse(text)


def _by_option() -> Any:
    return options.make_option(
        "posted",
        "--by",
        text=_("count clips in the week in which they were posted or scanned; default: posted"),
        metavar="posted|scanned",
    )


def _edition_option() -> Any:
    return options.make_option(
        "command",
        "--edition",
        text=_("what the report may show: command, officer or evidence; default: command"),
        metavar="NAME",
    )


def _output_option() -> Any:
    return options.make_option(
        None,
        "-o",
        "--output",
        text=_("file to write (.html, .pdf, .json or .csv), any number; default: a summary on the terminal"),
        metavar="FILE",
    )


def _since_last_option() -> Any:
    words = _(
        "every complete week since the last one reported; {blank} in a file name becomes the week", blank=WEEK_BLANK
    )
    return options.make_option(False, "--since-last", text=words)


def _report_units(
    outputs: Sequence[Path], settings: "Settings", *, week: str | None, case: str | None, keys: Path
) -> None:
    """Write the week of all units."""
    from opsec.app.weekly import choose_week
    from opsec.cli.report_units import report_units

    of = choose_week(week, settings, (), datetime.now(UTC))
    report_units(of, outputs, settings, case=case, keys=keys)


def _report_pending(outputs: Sequence[Path], settings: "Settings", *, week: str | None, **given: Any) -> None:
    """Write a report of every complete week that was not reported yet, each into files of its own name."""
    from opsec.app import weekly
    from opsec.app.issue import weeks_to_report

    if week is not None or not outputs or not all(WEEK_BLANK in output.name for output in outputs):
        raise UsageError(_("--since-last takes no --week, and {blank} in the name of each file", blank=WEEK_BLANK))
    where = options.existing_case(given["case"], settings)
    ours = options.own_sites(given["sites"], settings) or ()
    this_week = weekly.choose_week(None, settings, ours, datetime.now(UTC))
    pending = weeks_to_report(where, this_week, given["edition"])
    if not pending:
        print_message(_("every complete week is reported; nothing was written"))
    for one in pending:
        named = [output.with_name(output.name.replace(WEEK_BLANK, str(one))) for output in outputs]
        _report(named, settings, week=str(one), **given)


def _report(
    outputs: Sequence[Path],
    settings: "Settings",
    *,
    week: str | None,
    by: str,
    edition: str,
    case: str | None,
    sites: Path | None,
    keys: Path | None,
) -> None:
    """Check everything that was typed, then write the report of one case."""
    from opsec.app import weekly
    from opsec.app.issue import audit_mark, write_forms

    chosen, basis = weekly.parse_edition(edition), weekly.parse_basis(by)
    weekly.check_outputs(outputs)
    where = options.existing_case(case, settings)
    ours = options.own_sites(sites, settings) or ()
    of = weekly.choose_week(week, settings, ours, datetime.now(UTC))
    wanted = weekly.week_options(settings, ours, basis)
    if weekly.is_long(where, of, wanted):
        print_message(_("the weeks of this case are added up first; later reports take less time"))
    exposure = weekly.sum_up_week(where, of, chosen, wanted)
    if not outputs:
        _print_summary(exposure, chosen, settings)
        return
    exposure = replace(exposure, audit_mark=audit_mark(case=where, keys=keys).text)
    rendered = weekly.renderers(exposure, chosen, current_language(), settings)
    forms = {output: rendered[output.suffix.lower()] for output in outputs}
    write_forms(forms, case=where, week=str(of), edition=chosen, advice=exposure.advice)
    for output in outputs:
        print_message(_("wrote {file}", file=display_path(output)))


def _print_summary(exposure: "Exposure", edition: "Edition", settings: "Settings") -> None:
    from opsec.reports.terminal import print_line
    from opsec.reports.weekly_summary import weekly_summary_lines
    from opsec.reports.weekly_words import Words

    with guard_stdout() as stream:
        for line in weekly_summary_lines(exposure, Words(current_language()), edition):
            print_line(line, current_language(), settings.terminal, stream)
