"""Options that several verbs share. Built when the command line is built, so their help is in the language in use."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from opsec.errors import UsageError
from opsec.i18n import messages
from opsec.i18n.messages import Message, _, say
from opsec.i18n.safe_text import plain

if TYPE_CHECKING:
    from opsec.settings import Settings


def option(default: Any, *names: str, text: Message, **extra: Any) -> Any:
    """A typer option whose help is said in the language in use."""
    return typer.Option(default, *names, help=say(text), show_default=False, **extra)


def argument(default: Any, *, text: Message, **extra: Any) -> Any:
    """A typer argument whose help is said in the language in use."""
    return typer.Argument(default, help=say(text), show_default=False, **extra)


def config() -> Any:
    """``--config FILE``."""
    return option(None, "--config", text=_("settings file; default: opsec.toml in this folder"), metavar="FILE")


def sites() -> Any:
    """``--sites DIR``."""
    return option(None, "--sites", text=_("folder that holds the site folders; default: geofences"), metavar="DIR")


def case() -> Any:
    """``--case FILE|URL``."""
    return option(None, "--case", text=_("case file or database URL; default: opsec-case.db"), metavar="FILE|URL")


def lang() -> Any:
    """``--lang ar|en``: shown in the help; it was obeyed before the command line was built."""
    return option(None, "--lang", text=_("language of everything said, before or after any verb"), metavar="ar|en")


def output() -> Any:
    """``-o FILE``, any number of times."""
    return option(
        None, "-o", "--output", text=_("write results to this file; its ending tells the format"), metavar="FILE"
    )


def own_photos() -> Any:
    """``--own-photos``."""
    return option(
        False,
        "--own-photos",
        text=_("put your own photos of a landmark beside the frame in HTML; such a page is for your eyes only"),
    )


def format_name() -> Any:
    """``--format NAME``."""
    return option(
        None,
        "--format",
        text=_("write results to standard output as json, jsonl, csv, geojson, html or table"),
        metavar="FORMAT",
    )


def fail_on() -> Any:
    """``--fail-on ACTION``."""
    return option(
        "review",
        "--fail-on",
        text=_("least urgent action word that makes the exit code 1: act_now, act_today, review or watch"),
        metavar="ACTION",
    )


def load_settings(path: Path | None) -> "Settings":
    """The settings of this run; from here on the language is the one they prefer, unless another was asked for."""
    from opsec.settings import load

    settings = load(path)
    messages.prefer(settings.lang)
    return settings


def kept_case(asked: str | None, settings: "Settings") -> str:
    """The case file to go on with.

    Raises
    ------
    UsageError
        There is none: an empty new one would answer "nothing" for the wrong reason.
    """
    from opsec.casefile.case_file import exists

    where = asked or settings.case
    if not exists(where):
        raise UsageError(
            _("there is no case file {file}; scan something first, or name it with --case", file=plain(where))
        )
    return where
