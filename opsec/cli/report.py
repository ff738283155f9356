"""``opsec report``: the weekly page for command."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.messages import print_message
from opsec.cli.stdio import guard_stdout
from opsec.errors import UsageError
from opsec.i18n.messages import _, current_language
from opsec.i18n.safe_text import display_path

if TYPE_CHECKING:
    from opsec.model import Exposure
    from opsec.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @add_command(
        app,
        "report",
        _("Write the weekly page for command."),
        details=_("The page contains no coordinates, captions or names."),
        example="opsec report --week 2026-W47 -o week.html",
        exit_codes=exit_codes.SIMPLE,
    )
    def report(
        week: str | None = options.make_option(
            None, "--week", text=_("ISO week such as 2026-W47; default: this week"), metavar="YYYY-Www"
        ),
        case: str | None = options.case_option(),
        output: Path | None = options.make_option(
            None, "-o", "--output", text=_("page to write; default: a summary on the terminal"), metavar="FILE"
        ),
        config: Path | None = options.config_option(),
    ) -> None:
        settings = options.load_settings(config)
        if output is not None and output.suffix.lower() not in {".html", ".htm", ".json"}:
            raise UsageError(
                _(
                    "{file}: the weekly page is HTML or JSON; choose a name that ends in .html or .json",
                    file=display_path(output),
                )
            )
        from opsec.casefile.case_file import open_case
        from opsec.casefile.iso_week import Week

        chosen = Week.parse(week) if week is not None else Week.of(datetime.now(UTC))
        with open_case(options.existing_case(case, settings)) as case_file:
            exposure = case_file.exposure(chosen)
        if output is None:
            _print_summary(exposure, settings)
        else:
            options.remember_results(case or settings.case, [_write_page(exposure, output)])


def _print_summary(exposure: "Exposure", settings: "Settings") -> None:
    from opsec.reports.terminal import print_line
    from opsec.reports.weekly_summary import weekly_summary_lines

    with guard_stdout() as stream:
        for line in weekly_summary_lines(exposure, current_language()):
            print_line(line, current_language(), settings.terminal, stream)


def _write_page(exposure: "Exposure", output: Path) -> str:
    """Write the page and return its SHA-256."""
    from opsec.reports.atomic_write import write_atomically
    from opsec.reports.weekly_json import render_weekly_json
    from opsec.reports.weekly_page import render_weekly_page

    is_json = output.suffix.lower() == ".json"
    page = render_weekly_json(exposure) if is_json else render_weekly_page(exposure, current_language())
    write_atomically(output, page)
    print_message(_("wrote {file}", file=display_path(output)))
    return hashlib.sha256(page).hexdigest()
