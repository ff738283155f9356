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

MAX_JOBS = 256


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
    return make_option(
        None, "--sites", text=_("folder with one subfolder per site, or a pack; default: geofences"), metavar="DIR"
    )


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


def weak_isolation_option() -> Any:
    """``--allow-weak-isolation``: shown in the help; it is processed before the command line is built."""
    return make_option(
        False,
        "--allow-weak-isolation",
        text=_("read files even where the reading process cannot be locked; every result then says so"),
    )


class _RunOptions:
    """Options of this run that apply to every verb."""

    allow_weak_isolation = False


def allow_weak_isolation(*, allowed: bool) -> None:
    """Set whether this run may read files with weak isolation, whatever the settings say."""
    _RunOptions.allow_weak_isolation = allowed


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


def plan_option() -> Any:
    """``--plan``."""
    return make_option(
        False,
        "--plan",
        text=_("draw your fences to scale in HTML (for your eyes only: imagery shows which base it is)"),
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


def only_new_option() -> Any:
    """``--new``."""
    return make_option(
        False,
        "--new",
        text=_("show only findings that no earlier scan has seen; exit code 1 is for these alone, counts are of all"),
    )


def depth_option() -> Any:
    """``--depth quick|normal|full``."""
    return make_option(
        None,
        "--depth",
        text=_("quick: metadata and words alone, no frame is opened; full: every check, however long; default: normal"),
        metavar="quick|normal|full",
    )


def jobs_option() -> Any:
    """``--jobs N``."""
    return make_option(
        None,
        "--jobs",
        text=_("clips that are read at the same time; default: one for each processor, as far as memory allows"),
        metavar="N",
    )


def with_pace(settings: "Settings", depth: str | None, jobs: int | None) -> "Settings":
    """Return the settings with the depth and the number of jobs that were asked for on the command line.

    Raises
    ------
    UsageError
        There is no such depth, or the number of jobs is out of range.
    """
    from opsec.model.depth import DEPTHS

    if depth is not None:
        if depth not in DEPTHS:
            raise UsageError(
                _("--depth cannot be {word}; use quick, normal or full", word=escape_unsafe(depth, limit=40))
            )
        settings = settings.model_copy(update={"depth": depth})
    if jobs is not None:
        if not 1 <= jobs <= MAX_JOBS:
            raise UsageError(_("--jobs takes a number from 1 to {limit}", limit=MAX_JOBS))
        settings = settings.model_copy(update={"limits": settings.limits.model_copy(update={"workers": jobs})})
    return settings


def cluster_address(engine: str, address: str | None) -> str | None:
    """Return the address of the scheduler for ``--engine dask``, None for ``--engine local``.

    Raises
    ------
    UsageError
        There is no such engine, or only one of engine and address was given.
    """
    if engine not in {"local", "dask"}:
        raise UsageError(_("--engine cannot be {word}; use local or dask", word=escape_unsafe(engine, limit=40)))
    if (engine == "dask") != (address is not None):
        raise UsageError(_("--engine dask and --address belong together; give both or neither"))
    return address


def load_settings(path: Path | None) -> "Settings":
    """Load the settings and make their language the preferred one, unless another was requested."""
    from opsec.settings import load_settings_file

    settings = load_settings_file(path)
    messages.set_preferred_language(settings.lang)
    if _RunOptions.allow_weak_isolation:
        limits = settings.limits.model_copy(update={"allow_weak_isolation": True})
        settings = settings.model_copy(update={"limits": limits})
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
