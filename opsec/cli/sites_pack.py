"""``opsec sites pack`` and ``opsec sites unpack``: all sites in one encrypted file."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.keys import keys_folder, keys_option
from opsec.cli.messages import print_message
from opsec.errors import UsageError
from opsec.i18n.messages import _, ngettext
from opsec.i18n.safe_text import display_path

if TYPE_CHECKING:
    from opsec.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add both commands to ``opsec sites``."""
    _add_pack(app)
    _add_unpack(app)


def _add_pack(app: typer.Typer) -> None:
    @add_command(
        app,
        "pack",
        _("Encrypt your sites into one file."),
        details=_(
            "The file opens with a passphrase, or with the keys that --to and --own name. Every command takes it with "
            "--sites; its content stays in memory. A passphrase is asked for, or read with --passphrase-fd or "
            "--passphrase-env; it is never an argument."
        ),
        example="opsec sites pack geofences -o geofences.age",
        exit_codes=exit_codes.SIMPLE,
    )
    def pack(
        folder: Path = options.make_argument(..., text=_("folder of your sites"), metavar="DIR"),
        output: Path = options.make_option(..., "-o", "--output", text=_("pack to write"), metavar="FILE.age"),
        to: list[str] | None = options.make_option(
            None, "--to", text=_("encrypt to this trusted key instead of a passphrase; may be repeated"), metavar="NAME"
        ),
        own: bool = options.make_option(False, "--own", text=_("encrypt to your own key")),
        keys: Path | None = keys_option(),
        config: Path | None = options.config_option(),
    ) -> None:
        settings = options.load_settings(config)
        _pack(folder, output, settings, to=to or [], own=own, keys=keys_folder(keys, None, config))


def _pack(folder: Path, output: Path, settings: "Settings", *, to: list[str], own: bool, keys: Path) -> None:
    """Check the sites, then write the pack: one with a fault would be refused when it is needed."""
    from opsec.keys.own_key import load_own_key
    from opsec.keys.trusted_keys import find_trusted
    from opsec.reports.atomic_write import check_writable, write_atomically
    from opsec.sites.load import load_sites
    from opsec.sites.pack import read_folder

    if not folder.is_dir():
        raise UsageError(_("{file} is not a folder; name the folder of your sites", file=display_path(folder)))
    check_writable(output)
    count = len(load_sites(folder, settings.home))
    recipients = [find_trusted(keys, name).public.recipient for name in to]
    recipients += [load_own_key(keys).public.recipient] if own else []
    write_atomically(output, _encrypt(read_folder(folder), recipients, output))
    print_message(
        ngettext(
            "wrote {file} with {n} site; check that it opens before you delete the folder",
            "wrote {file} with {n} sites; check that it opens before you delete the folder",
            count,
            file=display_path(output),
        )
    )


def _encrypt(plain: bytes, recipients: list[str], output: Path) -> bytes:
    from opsec.cli.passphrases import new_passphrase
    from opsec.keys import age_files

    if recipients:
        return age_files.encrypt_to(plain, recipients)
    return age_files.encrypt_with_passphrase(plain, new_passphrase(display_path(output)))


def _add_unpack(app: typer.Typer) -> None:
    @add_command(
        app,
        "unpack",
        _("Decrypt a pack into a folder."),
        details=_("Only this account can read the new folder. To use a pack, name it with --sites instead."),
        example="opsec sites unpack geofences.age -o geofences",
        exit_codes=exit_codes.SIMPLE,
    )
    def unpack(
        pack: Path = options.make_argument(..., text=_("pack to decrypt"), metavar="FILE.age"),
        output: Path = options.make_option(..., "-o", "--output", text=_("folder to create"), metavar="DIR"),
    ) -> None:
        from opsec.sites.pack import open_pack, unpack

        count = unpack(open_pack(pack), output)
        print_message(
            ngettext("wrote {n} file to {folder}", "wrote {n} files to {folder}", count, folder=display_path(output))
        )
