"""``opsec report --units``: the week of all units that report to this command."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from opsec.cli import options
from opsec.cli.messages import print_message
from opsec.cli.stdio import guard_stdout
from opsec.errors import UsageError
from opsec.i18n.messages import _, current_language
from opsec.i18n.safe_text import display_path

if TYPE_CHECKING:
    from opsec.casefile.iso_week import Week
    from opsec.settings import Settings

SUFFIXES = (".html", ".htm", ".json", ".csv")


def report_units(
    week: "Week",
    outputs: Sequence[Path],
    settings: "Settings",
    *,
    case: str | None,
    keys: Path,
) -> None:
    """Write the week of all units into files, or as a summary on the terminal where none is named.

    Raises
    ------
    UsageError, KeysError, CaseError, OutputError
        Files that were written before the fault stay.
    """
    for output in outputs:
        if output.suffix.lower() not in SUFFIXES:
            raise UsageError(
                _(
                    "{file}: the page of all units is HTML, JSON or CSV; choose a name that ends in .html, .json or "
                    ".csv",
                    file=display_path(output),
                )
            )
    from opsec.app.units_week import units_week

    where = options.existing_case(case, settings)
    found = units_week(week, case=where, keys=keys)
    if not outputs:
        from opsec.reports.terminal import print_line
        from opsec.reports.units_page import summary_lines

        with guard_stdout() as stream:
            for line in summary_lines(found):
                print_line(line, current_language(), settings.terminal, stream)
        return
    from opsec.app.issue import audit_mark, write_forms
    from opsec.reports.units_page import render_units_page
    from opsec.reports.units_tables import render_units_csv, render_units_json

    mark = audit_mark(case=where, keys=keys)
    renderers: Mapping[str, Callable[[], bytes]] = {
        ".html": lambda: render_units_page(found, mark, current_language(), settings.report.digits),
        ".htm": lambda: render_units_page(found, mark, current_language(), settings.report.digits),
        ".json": lambda: render_units_json(found, mark),
        ".csv": lambda: render_units_csv(found, mark),
    }
    forms = {output: renderers[output.suffix.lower()] for output in outputs}
    write_forms(forms, case=where, week=str(week), edition="units")
    for output in outputs:
        print_message(_("wrote {file}", file=display_path(output)))
