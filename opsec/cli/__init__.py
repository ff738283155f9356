"""The command line, one thin module a verb. Here the language is found out and what went wrong is said.

Nothing heavy is imported before a verb runs, so that help comes at once.
"""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from opsec.errors import OpsecError, UsageError
from opsec.i18n import messages
from opsec.i18n.messages import _, say
from opsec.i18n.safe_text import plain

if TYPE_CHECKING:
    import typer

    from opsec.i18n.messages import Message

INTERRUPTED = 130
INTERNAL = 4
USAGE = 2


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and leave with its exit code: 0, 1, 2, 3, 4 or 130, as the README explains them."""
    from opsec.cli.stdio import stand_in

    # NumPy asks once, when it is loaded. Our matrices are small: threads wait for each other longer than they work.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    stand_in()
    for stream in (sys.stdout, sys.stderr):
        # A file name that the terminal's encoding lacks must not end the run.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))


def run(arguments: list[str]) -> int:
    """Run the program; answers the exit code."""
    try:
        rest = _speak(arguments)
        if not rest:
            rest = ["--help"]
        options = rest[: rest.index("--")] if "--" in rest else rest
        return _help(rest) if {"--help", "-h"} & set(options) else _call(rest)
    except OpsecError as error:
        _complain(error.message)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as fault:  # noqa: BLE001 - a fault of ours is said in one sentence, without a traceback
        return _confess(fault)


def make_app() -> "typer.Typer":
    """The program with all its verbs, worded in the language in use."""
    import typer

    from opsec.cli import check_text, demo, doctor, explain, init, report, scan, schema, sites

    app = typer.Typer(
        name="opsec",
        help=say(_("Finds the posted clips that expose one of your own bases, offline, with evidence.")),
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    _add_root_options(app)
    for verb in (init, doctor, demo, scan, check_text, explain, report, schema):
        verb.add_to(app)
    app.add_typer(sites.make_app(), name="sites")
    return app


def _add_root_options(app: "typer.Typer") -> None:
    from opsec import __version__
    from opsec.cli import options
    from opsec.cli.stdio import results

    @app.callback(invoke_without_command=True)
    def root(
        version: bool = options.option(False, "--version", text=_("print the version and leave")),
        lang: str | None = options.lang(),  # noqa: ARG001 - for the help page; _speak has obeyed it
    ) -> None:
        if version:
            with results() as stream:
                stream.write(f"opsec {__version__}\n")


def _speak(arguments: list[str]) -> list[str]:
    """Take ``--lang`` out of the arguments, wherever it stands, and speak that language from here on."""
    rest: list[str] = []
    asked: str | None = None
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest += [argument, *waiting]
        elif argument == "--lang":
            asked = next(waiting, "")
        elif argument.startswith("--lang="):
            asked = argument.removeprefix("--lang=")
        else:
            rest.append(argument)
    if asked is not None and asked not in messages.LANGUAGES:
        raise UsageError(_("{lang} is not a language of this program; use --lang ar or --lang en", lang=plain(asked)))
    if asked is not None:
        messages.use("ar" if asked == "ar" else "en")
    return rest


def _call(arguments: list[str]) -> int:
    """Hand the arguments to typer; its own complaints become our sentences."""
    from typer.main import get_command

    from opsec.cli.messages import show
    from opsec.cli.stdio import talk
    from opsec.cli.usage_errors import help_words, worded

    command: Any = get_command(make_app())
    _refuse_unknown_verb(command, arguments)
    try:
        answer = command.main(args=arguments, prog_name="opsec", standalone_mode=False)
    except SystemExit as left:
        # typer leaves with 1, our word for "flagged", on any broken pipe; those of our streams never come so far.
        raise left.__context__ or left  # noqa: B904
    except Exception as complaint:
        if not hasattr(complaint, "format_message"):
            raise
        if type(complaint).__name__ == "NoArgsIsHelpError":
            with talk() as stream:
                show(help_words(complaint.format_message() + "\n"), stream)
            return USAGE
        raise UsageError(worded(complaint)) from complaint
    return answer if isinstance(answer, int) else 0


def _refuse_unknown_verb(command: Any, arguments: list[str]) -> None:
    """Verbs come first, one below the other; what follows them is for typer to judge."""
    from opsec.cli.usage_errors import unknown_verb

    for argument in arguments:
        if argument.startswith("-") or not hasattr(command, "commands"):
            return
        if argument not in command.commands:
            raise UsageError(unknown_verb(argument, command.commands))
        command = command.commands[argument]


def _help(arguments: list[str]) -> int:
    """Help, with the few words that typer itself writes put into the language in use."""
    import contextlib
    import io

    from opsec.cli.messages import show
    from opsec.cli.stdio import results
    from opsec.cli.usage_errors import help_words

    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        code = _call(arguments)
    with results() as stream:
        show(help_words(written.getvalue()), stream)
    return code


def _confess(fault: BaseException) -> int:
    """Say that the program itself is at fault. Its text could hold a secret, so only its kind and place are told."""
    import traceback

    frames = traceback.extract_tb(fault.__traceback__)
    place = next((f"{f.name}:{f.lineno}" for f in reversed(frames) if "opsec" in f.filename), "?")
    _complain(
        _(
            "a fault in this program ({kind} in {place}); what was kept so far is safe, please report these words",
            kind=type(fault).__name__,
            place=place,
        )
    )
    return INTERNAL


def _complain(sentence: "Message") -> None:
    from opsec.cli.messages import tell

    tell(sentence, prefix="opsec: ")
