"""The command line, one thin module for each verb. This module sets the language and reports errors.

Nothing heavy is imported before a verb runs, so that help and shell completion are fast.
"""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from opsec.cli import debug_log, exit_codes, passphrases
from opsec.errors import OpsecError, UsageError
from opsec.i18n.messages import LANGUAGES, _, render, set_language
from opsec.i18n.safe_text import escape_unsafe

if TYPE_CHECKING:
    import typer

    from opsec.i18n.messages import Message

COMPLETION_VARIABLE = "_OPSEC_COMPLETE"
"""Set by the completion script of the shell when it asks for the words that may follow."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and exit with its exit code; see ``opsec.cli.exit_codes``."""
    from opsec.cli.stdio import open_missing_streams

    # NumPy reads this once, when it is loaded. On small matrices threads spend more time waiting than working.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")
    # Plugins of other packages are none of ours, and pydantic would search all installed packages for them.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    open_missing_streams()
    os.umask(0o077)  # every file that a run makes is of this account alone, whoever makes it
    for stream in (sys.stdout, sys.stderr):
        # A file name that the encoding of the terminal lacks must not end the run.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    if arguments is None:
        _blank_passwords()
    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))


def _blank_passwords() -> None:
    """Take passwords of URLs out of the list of processes, and say where they belong."""
    from opsec.runtime.command_line import passwords_in

    found = passwords_in(sys.argv)
    if not found:
        return
    from opsec.cli.messages import print_message
    from opsec.runtime.command_line import blank_arguments

    blank_arguments(found)
    print_message(
        _(
            "warning: other accounts can see a password in a command for a moment; leave it out of the URL and put it "
            "into the password file of libpq (~/.pgpass)"
        )
    )


def run(arguments: list[str]) -> int:
    """Run the program and return the exit code."""
    try:
        rest = _take_global_options(arguments)
        if COMPLETION_VARIABLE in os.environ:
            return _run_command(rest)
        if not rest:
            rest = ["--help"]
        options = rest[: rest.index("--")] if "--" in rest else rest
        return _print_help(rest) if {"--help", "-h"} & set(options) else _run_command(rest)
    except OpsecError as error:
        _print_error(error.message)
        return error.exit_code
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except Exception as fault:  # noqa: BLE001 - reported in one sentence, without a traceback
        return _report_crash(fault)


def make_app() -> "typer.Typer":
    """Build the program with all its verbs, in the language in use."""
    import typer

    from opsec.cli.command_help import help_epilog

    app = typer.Typer(
        name="opsec",
        help=render(_("Find posted clips that expose your own bases, offline and with evidence.")),
        no_args_is_help=True,
        epilog=help_epilog("opsec scan inbox --sites geofences -o scan.html", exit_codes.SCAN),
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    _add_root_options(app)
    _add_verbs(app)
    _add_groups(app)
    return app


def _add_verbs(app: "typer.Typer") -> None:
    from opsec.cli import (
        calibrate,
        check_text,
        clean,
        decide,
        demo,
        doctor,
        explain,
        export,
        import_bundles,
        init,
        listing,
        purge,
        report,
        review,
        scan,
        schema,
        watch,
    )  # fmt: skip

    verbs = (
        init,
        doctor,
        demo,
        scan,
        watch,
        check_text,
        clean,
        listing,
        explain,
        decide,
        review,
        report,
        export,
        import_bundles,
        calibrate,
        purge,
        schema,
    )
    for verb in verbs:
        verb.add_to(app)


def _add_groups(app: "typer.Typer") -> None:
    from opsec.cli import audit, case, keys, models, sites

    app.add_typer(sites.make_app(), name="sites")
    app.add_typer(models.make_app(), name="models")
    app.add_typer(case.make_app(), name="case")
    app.add_typer(keys.make_app(), name="keys")
    app.add_typer(audit.make_app(), name="audit")


def _add_root_options(app: "typer.Typer") -> None:
    from opsec import __version__
    from opsec.cli import options
    from opsec.cli.stdio import guard_stdout

    @app.callback(invoke_without_command=True)
    def root(
        version: bool = options.make_option(False, "--version", text=_("print the version and exit")),
        lang: str | None = options.lang_option(),  # noqa: ARG001 - for the help page; _take_global_options applies it
        verbose: bool = options.verbose_option(),  # noqa: ARG001 - as above
        allow_weak_isolation: bool = options.weak_isolation_option(),  # noqa: ARG001 - as above
    ) -> None:
        if version:
            with guard_stdout() as stream:
                stream.write(f"opsec {__version__}\n")


def _take_global_options(arguments: list[str]) -> list[str]:
    """Apply the options that may stand anywhere, such as ``--lang``, and return the other arguments."""
    from opsec.cli.options import allow_weak_isolation

    passphrases.forget()
    rest: list[str] = []
    asked: str | None = None
    verbose = weak = False
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest += [argument, *waiting]
        elif argument == "--lang":
            asked = next(waiting, "")
        elif argument.startswith("--lang="):
            asked = argument.removeprefix("--lang=")
        elif argument.partition("=")[0] in passphrases.OPTIONS:
            name, given, value = argument.partition("=")
            passphrases.take_option(name, value if given else next(waiting, ""))
        elif argument == "--verbose":
            verbose = True
        elif argument == "--allow-weak-isolation":
            weak = True
        else:
            rest.append(argument)
    if asked is not None and asked not in LANGUAGES:
        raise UsageError(
            _("{lang} is not a language of this program; use --lang ar or --lang en", lang=escape_unsafe(asked))
        )
    if asked is not None:
        set_language("ar" if asked == "ar" else "en")
    allow_weak_isolation(allowed=weak)
    if debug_log.is_requested(verbose=verbose):
        debug_log.show_log()
    return rest


def _run_command(arguments: list[str]) -> int:
    """Run the command line library; its usage errors become messages of this program."""
    from opsec.cli.messages import print_text
    from opsec.cli.stdio import guard_stderr
    from opsec.cli.usage_errors import localise_help, usage_error_message

    passphrases.unlock_packs()
    passphrases.unlock_cases()
    command = _make_command()
    _refuse_unknown_verb(command, arguments)
    try:
        answer = command.main(args=arguments, prog_name="opsec", standalone_mode=False)
    except SystemExit as exit_request:
        # The library exits with 1, our code for "flagged", on a broken pipe; our own streams handle theirs before.
        raise exit_request.__context__ or exit_request  # noqa: B904
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        if type(error).__name__ == "NoArgsIsHelpError":
            with guard_stderr() as stream:
                print_text(localise_help(error.format_message() + "\n"), stream)
            return exit_codes.USAGE_ERROR
        raise UsageError(usage_error_message(error)) from error
    return answer if isinstance(answer, int) else 0


def _make_command() -> Any:
    """Build the command of the library, with help on its completion options in the language in use."""
    from typer.main import get_command

    command: Any = get_command(make_app())
    texts = {
        "install_completion": _("install completion for this shell"),
        "show_completion": _("print the completion script for this shell"),
    }
    for parameter in command.params:
        if parameter.name in texts:
            parameter.help = render(texts[parameter.name])
    _hide_python_types(command)
    return command


def _hide_python_types(command: Any) -> None:
    """Keep the Python type of an argument, ``<list[Path]>``, off the help page: its metavar says what to type."""
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            parameter.display_type_rich = lambda ctx: None  # noqa: ARG005 - the library's call
    for below in getattr(command, "commands", {}).values():
        _hide_python_types(below)


def _refuse_unknown_verb(command: Any, arguments: list[str]) -> None:
    """Refuse a mistyped verb with the closest one; the library checks everything after the verbs."""
    from opsec.cli.usage_errors import unknown_command_message

    for argument in arguments:
        if argument.startswith("-") or not hasattr(command, "commands"):
            return
        if argument not in command.commands:
            raise UsageError(unknown_command_message(argument, command.commands))
        command = command.commands[argument]


def _print_help(arguments: list[str]) -> int:
    """Print help, with the library's own words in the language in use."""
    import contextlib
    import io

    from opsec.cli.messages import print_text
    from opsec.cli.stdio import guard_stdout
    from opsec.cli.usage_errors import localise_help

    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        code = _run_command(arguments)
    with guard_stdout() as stream:
        print_text(localise_help(written.getvalue()), stream)
    return code


def _report_crash(fault: BaseException) -> int:
    """Report a fault of this program by type and place alone: the text of an exception may contain secrets."""
    from opsec.runtime.program_faults import describe_fault

    kind, _in, place = describe_fault(fault).partition(" in ")
    _print_error(
        _(
            "a fault in this program ({kind} in {place}); everything stored so far is safe; please report this message",
            kind=kind,
            place=place,
        )
    )
    return exit_codes.PROGRAM_FAULT


def _print_error(sentence: "Message") -> None:
    from opsec.cli.messages import print_message

    print_message(sentence, prefix="opsec: ")
