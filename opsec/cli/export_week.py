"""``opsec export week``: the week as a signed, encrypted bundle for command."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.keys import keys_folder, keys_option
from opsec.cli.messages import print_message
from opsec.i18n.messages import _
from opsec.i18n.safe_text import display_path, escape_unsafe

if TYPE_CHECKING:
    from opsec.settings import Settings


def add_to(group: typer.Typer) -> None:
    """Add the command to ``opsec export``."""
    add_command(
        group,
        "week",
        _("Write the week as a bundle for command."),
        details=_(
            "Counts and codes only, signed with your key and encrypted to that of command. Exporting a week again "
            "makes a correction, which replaces the earlier bundle."
        ),
        example="opsec export week --week 2026-W47 -o 2026-W47.opsec",
        exit_codes=exit_codes.SIMPLE,
    )(_make_command())


def _make_command() -> Callable[..., None]:
    """Build the function of the command, with its options in the language in use."""

    def week(
        output: Path = options.make_option(
            ..., "-o", "--output", text=_("bundle to write; its name ends in .opsec"), metavar="BUNDLE"
        ),
        week: str | None = options.make_option(
            None, "--week", text=_("week such as 2026-W47; default: this week"), metavar="YYYY-Www"
        ),
        case: str | None = options.case_option(),
        sites: Path | None = options.sites_option(),
        keys: Path | None = keys_option(),
        to: str | None = options.make_option(
            None, "--to", text=_("name of the command, where several are trusted"), metavar="NAME"
        ),
        sequence: int | None = options.make_option(
            None,
            "--sequence",
            text=_("number of this report of the week, after the case file was lost; default: the next one"),
            metavar="N",
        ),
        config: Path | None = options.config_option(),
    ) -> None:
        settings = options.load_settings(config)
        where = options.existing_case(case, settings)
        folder = keys_folder(keys, where, config)
        _export(output, settings, week=week, case=where, sites=sites, keys=folder, to=to, sequence=sequence)

    return week


def _export(
    output: Path, settings: "Settings", *, week: str | None, case: str, sites: Path | None, **given: Any
) -> None:
    """Write the bundle, and say who signed it and who can read it."""
    from opsec.app.bundle_export import check_bundle_name, export_week
    from opsec.app.weekly import choose_week, week_options

    check_bundle_name(output)
    ours = options.own_sites(sites, settings) or ()
    chosen = choose_week(week, settings, ours, datetime.now(UTC))
    done = export_week(chosen, output, case=case, options=week_options(settings, ours), **given)
    print_message(_("wrote {file}", file=display_path(output)))
    print_message(
        _(
            "week {week}, report number {n}, signed by {unit}, readable by {command} alone",
            week=str(chosen),
            n=done.sequence,
            unit=escape_unsafe(done.unit),
            command=escape_unsafe(done.command),
        )
    )
