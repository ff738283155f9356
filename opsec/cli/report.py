"""``opsec report``: the weekly page for command."""

from datetime import UTC, datetime
from pathlib import Path

import typer

from opsec.cli import options
from opsec.cli.messages import tell
from opsec.cli.stdio import results
from opsec.errors import UsageError
from opsec.i18n.messages import _, current, say
from opsec.i18n.safe_text import path_text, plain


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command("report", help=say(_("Write the weekly exposure page for command; it gives no place away.")))
    def report(
        week: str | None = options.option(
            None, "--week", text=_("ISO week, as 2026-W47; default: this week"), metavar="YYYY-Www"
        ),
        case: str | None = options.case(),
        output: Path | None = options.option(None, "-o", "--output", text=_("file to write"), metavar="FILE"),
        config: Path | None = options.config(),
    ) -> None:
        settings = options.load_settings(config)
        if output is not None and output.suffix.lower() not in {".html", ".htm"}:
            raise UsageError(
                _("{file}: the page is HTML; give a name that ends in .html", file=plain(path_text(output)))
            )
        from opsec.casefile.case_file import open_case
        from opsec.casefile.iso_week import Week
        from opsec.reports.atomic_write import save
        from opsec.reports.weekly_page import weekly_page

        chosen = Week.parse(week) if week is not None else Week.of(datetime.now(UTC))
        with open_case(options.kept_case(case, settings)) as kept:
            page = weekly_page(kept.exposure(chosen), current())
        if output is None:
            with results() as stream:
                stream.buffer.write(page)
        else:
            save(output, page)
            tell(_("wrote {file}", file=plain(path_text(output))))
