"""``opsec report``: the weekly page for command."""

from datetime import UTC, datetime
from pathlib import Path

import typer

from opsec.cli import options
from opsec.cli.streams import results
from opsec.cli.talk import tell
from opsec.errors import UsageError
from opsec.language import _, current, say
from opsec.shown import path_text, plain


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
        from opsec.report.save import save
        from opsec.report.weekly import weekly_page
        from opsec.store.case import open_case
        from opsec.store.week import Week

        chosen = Week.parse(week) if week is not None else Week.of(datetime.now(UTC))
        with open_case(options.kept_case(case, settings)) as kept:
            page = weekly_page(kept.exposure(chosen), current())
        if output is None:
            with results() as stream:
                stream.buffer.write(page)
        else:
            save(output, page)
            tell(_("wrote {file}", file=plain(path_text(output))))
