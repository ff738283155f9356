"""``opsec case encrypt`` and ``opsec case decrypt``: a case file that opens with a passphrase alone."""

from pathlib import Path

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command, help_epilog
from opsec.cli.messages import print_message
from opsec.i18n.messages import _, render


def make_app() -> typer.Typer:
    """Build the verbs below ``opsec case``, in the language in use."""
    app = typer.Typer(
        help=render(_("Encrypt or decrypt a case file.")),
        epilog=help_epilog("opsec case encrypt --case opsec-case.db", exit_codes.SIMPLE),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    _add_encrypt(app)
    _add_decrypt(app)
    return app


def _add_encrypt(app: typer.Typer) -> None:
    @add_command(
        app,
        "encrypt",
        _("Encrypt a case file or change its passphrase."),
        details=_(
            "The encrypted file replaces the plain one; a case that does not exist is created. Afterwards every "
            "command asks for the passphrase, or reads it with --case-passphrase-fd N or --case-passphrase-keyring "
            "NAME; it is never an argument. Without the passphrase nobody can open the case again. Copies and backups "
            "that you made before stay as they are."
        ),
        example="opsec case encrypt --case opsec-case.db",
        exit_codes=exit_codes.SIMPLE,
    )
    def encrypt(
        case: str | None = options.case_option(),
        new_passphrase_fd: str | None = options.make_option(
            None, "--new-passphrase-fd", text=_("read the new passphrase from this open descriptor"), metavar="N"
        ),
        new_passphrase_keyring: str | None = options.make_option(
            None,
            "--new-passphrase-keyring",
            text=_("read the new passphrase from this entry of your keyring"),
            metavar="NAME",
        ),
        config: Path | None = options.config_option(),
    ) -> None:
        where = case or options.load_settings(config).case
        from opsec.casefile.conversion import encrypt_case
        from opsec.casefile.database import shown_case
        from opsec.cli.passphrases import PassphraseSource, descriptor, new_case_passphrase

        source = PassphraseSource("--new-passphrase-fd", keyring_entry=new_passphrase_keyring)
        if new_passphrase_fd is not None:
            source.fd = descriptor(source, new_passphrase_fd)
        encrypt_case(where, lambda shown: new_case_passphrase(source, shown))
        print_message(
            _("{file} is encrypted; keep the passphrase in a safe place, nothing else opens it", file=shown_case(where))
        )


def _add_decrypt(app: typer.Typer) -> None:
    @add_command(
        app,
        "decrypt",
        _("Write an encrypted case file in clear."),
        details=_("The plain file replaces the encrypted one; only this account can read it."),
        example="opsec case decrypt --case opsec-case.db",
        exit_codes=exit_codes.SIMPLE,
    )
    def decrypt(case: str | None = options.case_option(), config: Path | None = options.config_option()) -> None:
        where = options.existing_case(case, options.load_settings(config))
        from opsec.casefile.conversion import decrypt_case
        from opsec.casefile.database import shown_case

        decrypt_case(where)
        print_message(_("{file} is no longer encrypted", file=shown_case(where)))
