"""``opsec export``: the findings of a case file with their states, for other programs; requests for removal."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from opsec.cli import exit_codes, export_takedown, export_week, options
from opsec.cli.command_help import help_epilog
from opsec.cli.messages import print_message
from opsec.errors import UsageError
from opsec.i18n.messages import _, current_language, render
from opsec.i18n.safe_text import display_path, escape_unsafe

if TYPE_CHECKING:
    from opsec.model import ListedFinding

EXPORT_FORMATS = ("csv", "json", "geojson", "sarif")


def add_to(app: typer.Typer) -> None:
    """Add the verb: with ``--format`` or ``-o`` it writes a file, and other exports are commands below it."""
    short = render(_("Write findings and states for other tools."))
    details = _(
        "Formats: csv, json, geojson and sarif (SARIF 2.1.0). Coordinates are masked in csv and sarif; json and "
        "geojson hold them and are for your eyes only."
    )
    group = typer.Typer(
        help=f"{short}\n\n{render(details)}",
        short_help=short,
        epilog=help_epilog("opsec export --format sarif -o findings.sarif", exit_codes.SIMPLE),
        invoke_without_command=True,
        rich_markup_mode=None,
    )
    group.callback()(_make_command())
    export_takedown.add_to(group)
    export_week.add_to(group)
    app.add_typer(group, name="export")


def _make_command() -> Callable[..., None]:
    """Build the function of the verb, with its options in the language in use."""

    def export(
        context: typer.Context,
        case: str | None = options.case_option(),
        format_name: str | None = options.make_option(
            None, "--format", text=_("csv, json, geojson or sarif; default: by the extension"), metavar="FORMAT"
        ),
        output: Path | None = options.make_option(None, "-o", "--output", text=_("file to write"), metavar="FILE"),
        config: Path | None = options.config_option(),
    ) -> None:
        if context.invoked_subcommand is not None:
            _refuse_options(context.invoked_subcommand, case, format_name, output, config)
            return
        if output is None:
            raise UsageError(_("missing argument {name}; add it, or see --help for this command", name="FILE"))
        _export(output, format_name, case, config)

    return export


def _refuse_options(command: str, *given: object) -> None:
    """Refuse options before the name of a command below this one: there they would have no effect."""
    if any(one is not None for one in given):
        raise UsageError(_("options stand after {command}; write them at the end", command=command))


def _export(output: Path, format_name: str | None, case: str | None, config: Path | None) -> None:
    settings = options.load_settings(config)
    chosen = _format(format_name, output)
    from opsec.app.listing import find
    from opsec.reports.atomic_write import check_writable, write_atomically

    check_writable(output)
    where = options.existing_case(case, settings)
    data = _render(chosen, find(case=where), where)
    write_atomically(output, data)
    options.remember_results(where, [hashlib.sha256(data).hexdigest()])
    print_message(_("wrote {file}", file=display_path(output)))


def _format(asked: str | None, output: Path) -> str:
    """Return the format asked for, else that of the extension."""
    name = asked if asked is not None else output.suffix.lower().removeprefix(".")
    if name not in EXPORT_FORMATS:
        shown = escape_unsafe(name, limit=40) if asked is not None else display_path(output)
        known = ", ".join(EXPORT_FORMATS)
        raise UsageError(_("{name} is not a format; use one of {known}", name=shown, known=known))
    return name


def _render(name: str, found: "Sequence[ListedFinding]", case: str) -> bytes:
    from opsec.app.listing import histories
    from opsec.reports.finding_records import render_export_json, render_findings_csv
    from opsec.reports.findings_geojson import render_findings_geojson
    from opsec.reports.sarif import render_sarif

    renderers: Mapping[str, Callable[[], bytes]] = {
        "csv": lambda: render_findings_csv(found, current_language()),
        "json": lambda: render_export_json(found, histories(case)),
        "geojson": lambda: render_findings_geojson(found),
        "sarif": lambda: render_sarif(found, current_language()),
    }
    return renderers[name]()
