"""Help pages of the verbs: a short line for the overview, a description, one example and the exit codes."""

from collections.abc import Callable, Mapping
from typing import Any

import typer

from opsec.i18n.messages import Message, _, isolate, render

MAX_SHORT_HELP_LENGTH = 45
"""Characters of a short help, so that the overview cuts none at 80 columns."""
_KEEP_LINES = "\b\n"
"""Tells the command line library not to wrap the paragraph."""


def add_command(
    app: typer.Typer,
    name: str,
    short_help: Message,
    *,
    example: str,
    exit_codes: Mapping[int, Message],
    details: Message | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that adds a function to the program as a verb.

    Parameters
    ----------
    app
        The program or a group of verbs.
    name
        What the user types.
    short_help
        One sentence of at most ``MAX_SHORT_HELP_LENGTH`` characters in each language.
    example
        A complete command line.
    exit_codes
        The exit codes that matter for this verb, with their meanings.
    details
        Further sentences for the help page of the verb.
    """
    first = render(short_help)
    text = f"{first}\n\n{render(details)}" if details else first
    return app.command(name, help=text, short_help=first, epilog=help_epilog(example, exit_codes))


def help_epilog(example: str, exit_codes: Mapping[int, Message]) -> str:
    """Return the example and the exit codes as two paragraphs that are not wrapped."""
    codes = [f"  {isolate(f'{code:>3}')}  {render(meaning)}" for code, meaning in exit_codes.items()]
    example_lines = [render(_("Example:")), f"  {isolate(example)}"]
    return "\n\n".join(
        _KEEP_LINES + "\n".join(paragraph) for paragraph in (example_lines, [render(_("Exit codes:")), *codes])
    )
