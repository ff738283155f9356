"""``opsec import``: bundles of units into the case file of command."""

from pathlib import Path

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.keys import keys_folder, keys_option
from opsec.cli.messages import print_message
from opsec.errors import BundleError
from opsec.i18n.messages import _, ngettext


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @add_command(
        app,
        "import",
        _("Import weekly bundles of units."),
        details=_(
            "Takes bundles, or folders of them such as a USB stick. A bundle that is damaged or wrongly signed is "
            "refused with a sentence, and the others are imported."
        ),
        example="opsec import /media/stick --case command.db",
        exit_codes=exit_codes.IMPORT,
    )
    def import_(
        bundles: list[Path] = options.make_argument(
            ..., text=_("bundles, or folders with files that end in .opsec"), metavar="BUNDLE..."
        ),
        case: str | None = options.case_option(),
        keys: Path | None = keys_option(),
        config: Path | None = options.config_option(),
    ) -> None:
        settings = options.load_settings(config)
        from opsec.app.bundle_import import import_bundles

        where = case or settings.case
        done = import_bundles(bundles, case=where, keys=keys_folder(keys, where, config))
        for message in done.refused:
            print_message(message, prefix="opsec: ")
        print_message(
            ngettext("{n} bundle imported", "{n} bundles imported", done.new),
        )
        if done.again:
            print_message(
                ngettext(
                    "{n} bundle was there already and counts once",
                    "{n} bundles were there already and count once",
                    done.again,
                )
            )
        if done.refused:
            print_message(ngettext("{n} bundle refused", "{n} bundles refused", len(done.refused)))
            some = done.new or done.again
            raise typer.Exit(exit_codes.NOT_FULLY_CHECKED if some else BundleError.exit_code)
