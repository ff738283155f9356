"""Options that several verbs share. They are built with the command line, so their help is in the language in use."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from opsec.errors import UsageError
from opsec.i18n import messages
from opsec.i18n.messages import Message, _, render
from opsec.i18n.safe_text import escape_unsafe

if TYPE_CHECKING:
    from opsec.model import Site
    from opsec.settings import Settings


def make_option(default: Any, *names: str, text: Message, **extra: Any) -> Any:
    """Build an option with its help in the language in use."""
    return typer.Option(default, *names, help=render(text), show_default=False, **extra)


def make_argument(default: Any, *, text: Message, **extra: Any) -> Any:
    """Build an argument with its help in the language in use."""
    return typer.Argument(default, help=render(text), show_default=False, **extra)


def config_option() -> Any:
    """``--config FILE``."""
    return make_option(
        None, "--config", text=_("settings file; default: opsec.toml in the current folder"), metavar="FILE"
    )


def sites_option() -> Any:
    """``--sites DIR``."""
    return make_option(None, "--sites", text=_("folder with one subfolder per site; default: geofences"), metavar="DIR")


def case_option() -> Any:
    """``--case FILE|URL``."""
    return make_option(None, "--case", text=_("case file or database URL; default: opsec-case.db"), metavar="FILE|URL")


def lang_option() -> Any:
    """``--lang ar|en``: shown in the help; it is processed before the command line is built."""
    return make_option(
        None, "--lang", text=_("language of all output; may stand before or after the command"), metavar="ar|en"
    )


def verbose_option() -> Any:
    """``--verbose``: shown in the help; it is processed before the command line is built."""
    return make_option(False, "--verbose", text=_("write a log for support to standard error; names are masked"))


def output_option() -> Any:
    """``-o FILE``, any number of times."""
    return make_option(
        None, "-o", "--output", text=_("write results to this file; the extension selects the format"), metavar="FILE"
    )


def own_photos_option() -> Any:
    """``--own-photos``."""
    return make_option(
        False,
        "--own-photos",
        text=_("show your own photo of a landmark beside the frame in HTML (for your eyes only)"),
    )


def format_option() -> Any:
    """``--format NAME``."""
    return make_option(
        None,
        "--format",
        text=_("write results to standard output as json, jsonl, csv, geojson, html or table"),
        metavar="FORMAT",
    )


def fail_on_option() -> Any:
    """``--fail-on ACTION``."""
    return make_option(
        "review",
        "--fail-on",
        text=_(
            "exit with status 1 if a clip is at least this urgent: act_now, act_today, review or watch; default: review"
        ),
        metavar="ACTION",
    )


def load_settings(path: Path | None) -> "Settings":
    """Load the settings and make their language the preferred one, unless another was requested."""
    from opsec.settings import load_settings_file

    settings = load_settings_file(path)
    messages.set_preferred_language(settings.lang)
    return settings


def existing_case(asked: str | None, settings: "Settings") -> str:
    """Return the case file to continue with.

    Raises
    ------
    UsageError
        It does not exist: a new empty case file would wrongly report "nothing found".
    """
    from opsec.casefile.case_file import exists

    location = asked or settings.case
    if not exists(location):
        raise UsageError(
            _("case file {file} does not exist; run a scan first, or name it with --case", file=escape_unsafe(location))
        )
    return location


def own_sites(folder: Path | None, settings: "Settings") -> "Sequence[Site] | None":
    """Return the officer's sites; None where the default folder does not exist on this machine.

    Raises
    ------
    SitesError
        The folder that was named does not exist, or a site is faulty.
    """
    from opsec.sites.load import load_sites

    where = folder or Path(settings.sites)
    if folder is None and not where.exists():
        return None
    return load_sites(where, settings.home)


def known_results(case: str) -> frozenset[str]:
    """SHA-256 of the results that were written for a case; none for a case that does not exist yet."""
    from opsec.casefile.case_file import exists, open_case

    if not exists(case):
        return frozenset()
    with open_case(case) as case_file:
        return case_file.known_results()


def remember_results(case: str, hashes: Sequence[str]) -> None:
    """Remember files that were written for a case, so that no scan takes them for posts."""
    from datetime import UTC, datetime

    from opsec.casefile.case_file import open_case
    from opsec.casefile.database import MEMORY

    if hashes and case != MEMORY:
        with open_case(case) as case_file:
            case_file.remember_results(hashes, datetime.now(UTC))
