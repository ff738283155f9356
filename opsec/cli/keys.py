"""``opsec keys``: make the keys of a unit or a command, show their public part, and trust those of others."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command, help_epilog
from opsec.cli.messages import print_message
from opsec.cli.stdio import guard_stdout
from opsec.errors import KeysError, UsageError
from opsec.i18n.messages import _, render
from opsec.i18n.safe_text import display_path, escape_unsafe

if TYPE_CHECKING:
    from opsec.keys.public_key import PublicKey

FOLDER = "keys"
YES = ("yes", "y", "نعم", "ن")
"""What agrees to a question, in either language."""


def make_app() -> typer.Typer:
    """Build the verbs below ``opsec keys``, in the language in use."""
    app = typer.Typer(
        help=render(_("Keys for bundles and reports.")),
        epilog=help_epilog('opsec keys new --name "3rd Battalion"', exit_codes.SIMPLE),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    _add_new(app)
    _add_show(app)
    _add_trust(app)
    _add_forget(app)
    return app


def keys_option() -> Any:
    """``--keys DIR``."""
    return options.make_option(
        None,
        "--keys",
        text=_("private folder of your keys; default: keys beside the case file, else in your settings folder"),
        metavar="DIR",
    )


def keys_folder(asked: Path | None, case: str | None, config: Path | None = None) -> Path:
    """Return the folder of keys: the one that was named, else ``keys`` beside the case file or in the user's folder."""
    if asked is not None:
        return asked
    from opsec.casefile.database import MEMORY, case_path

    path = case_path(case or options.load_settings(config).case)
    beside = Path(path).parent / FOLDER if path not in {None, MEMORY} else Path(FOLDER)
    user = Path(typer.get_app_dir("opsec", force_posix=False)) / FOLDER
    return user if not beside.exists() and user.exists() else beside


def _add_new(app: typer.Typer) -> None:
    @add_command(
        app,
        "new",
        _("Make your keys."),
        details=_("Makes a key that signs and a key that decrypts, in a folder that only this account can read."),
        example='opsec keys new --name "3rd Battalion"',
        exit_codes=exit_codes.SIMPLE,
    )
    def new(
        name: str = options.make_option(..., "--name", text=_("name of your unit or command"), metavar="NAME"),
        keys: Path | None = keys_option(),
        case: str | None = options.case_option(),
        config: Path | None = options.config_option(),
    ) -> None:
        from opsec.keys.own_key import new_own_key

        folder = keys_folder(keys, case, config)
        own = new_own_key(folder, name)
        print_message(_("keys made in {folder}; keep a copy in a safe", folder=display_path(folder)))
        _print_fingerprint(own.public)


def _add_show(app: typer.Typer) -> None:
    @add_command(
        app,
        "show",
        _("Show your public key."),
        details=_("Prints one line for others to trust, with its fingerprint, and lists the keys that you trust."),
        example="opsec keys show -o 3rd-battalion.key",
        exit_codes=exit_codes.SIMPLE,
    )
    def show(
        output: Path | None = options.make_option(
            None, "-o", "--output", text=_("file for the public key; default: standard output"), metavar="FILE"
        ),
        keys: Path | None = keys_option(),
        case: str | None = options.case_option(),
        config: Path | None = options.config_option(),
    ) -> None:
        from opsec.keys.own_key import load_own_key
        from opsec.keys.trusted_keys import trusted_keys

        folder = keys_folder(keys, case, config)
        public = load_own_key(folder).public
        if output is None:
            with guard_stdout() as stream:
                stream.write(public.line + "\n")
        else:
            from opsec.reports.atomic_write import write_atomically

            write_atomically(output, (public.line + "\n").encode())
            print_message(_("wrote {file}", file=display_path(output)))
        _print_fingerprint(public)
        roles = {"unit": _("unit"), "command": _("command")}
        for one in trusted_keys(folder):
            print_message(
                _(
                    "trusted {role}: {name}, fingerprint {fingerprint}",
                    role=roles[one.role],
                    name=escape_unsafe(one.name),
                    fingerprint=one.public.fingerprint,
                )
            )


def _add_trust(app: typer.Typer) -> None:
    @add_command(
        app,
        "trust",
        _("Trust the public key of others."),
        details=_("Compare the fingerprint by voice with its owner before you confirm."),
        example="opsec keys trust division.key --command",
        exit_codes=exit_codes.SIMPLE,
    )
    def trust(
        file: Path = options.make_argument(..., text=_("public key, as opsec keys show wrote it"), metavar="FILE"),
        name: str | None = options.make_option(
            None, "--name", text=_("name to show for it; default: the name in the file"), metavar="NAME"
        ),
        command: bool = options.make_option(
            False, "--command", text=_("it is the command that you report to; default: a unit that reports to you")
        ),
        fingerprint: str | None = options.make_option(
            None, "--fingerprint", text=_("confirm without a question, if it matches"), metavar="DIGITS"
        ),
        replace: bool = options.make_option(False, "--replace", text=_("replace the trusted key of the same name")),
        keys: Path | None = keys_option(),
        case: str | None = options.case_option(),
        config: Path | None = options.config_option(),
    ) -> None:
        from opsec.keys.private_files import read_public
        from opsec.keys.public_key import MAX_LINE_BYTES, parse_public_key
        from opsec.keys.trusted_keys import trust

        key = parse_public_key(read_public(file, MAX_LINE_BYTES + 1), display_path(file))
        _confirm(key, fingerprint)
        folder = keys_folder(keys, case, config)
        done = trust(folder, key, name=name, role="command" if command else "unit", replace_key=replace)
        print_message(_("{name} is trusted now", name=escape_unsafe(done.name)))


def _add_forget(app: typer.Typer) -> None:
    @add_command(
        app,
        "forget",
        _("Stop trusting a key."),
        details=_("What it signed no longer counts, and its unit is no longer expected."),
        example='opsec keys forget "3rd Battalion"',
        exit_codes=exit_codes.SIMPLE,
    )
    def forget(
        name: str = options.make_argument(..., text=_("name of the trusted key"), metavar="NAME"),
        keys: Path | None = keys_option(),
        case: str | None = options.case_option(),
        config: Path | None = options.config_option(),
    ) -> None:
        from opsec.keys.trusted_keys import forget

        done = forget(keys_folder(keys, case, config), name)
        print_message(_("{name} is no longer trusted", name=escape_unsafe(done.name)))


def _confirm(key: "PublicKey", typed: str | None) -> None:
    """Show the fingerprint and have it confirmed, by a question or by ``--fingerprint``."""
    from opsec.keys.public_key import same_fingerprint

    print_message(_("key of {name}", name=escape_unsafe(key.name)))
    _print_fingerprint(key)
    if typed is not None:
        if not same_fingerprint(typed, key.fingerprint):
            raise KeysError(
                _("the fingerprint is another one: do not trust this key; ask its owner for the file again")
            )
        return
    if not sys.stdin.isatty():
        raise UsageError(_("compare the fingerprint with the owner of the key, then give it with --fingerprint"))
    print_message(_("Is this the fingerprint that the owner read to you? Type yes or no:"))
    if sys.stdin.readline().strip().lower() not in YES:
        raise KeysError(_("nothing was changed; the key is not trusted"))


def _print_fingerprint(key: "PublicKey") -> None:
    print_message(_("fingerprint: {fingerprint}", fingerprint=key.fingerprint))
