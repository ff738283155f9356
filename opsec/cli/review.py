"""``opsec review``: the review console in the officer's browser."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.messages import print_message
from opsec.cli.stdio import guard_stderr
from opsec.i18n.messages import _, ngettext
from opsec.i18n.safe_text import display_path

if TYPE_CHECKING:
    from opsec.casefile.case_file import CaseFile

MANY_FINDINGS = 5_000
"""More take long enough for a sentence."""


def add_to(app: typer.Typer) -> None:
    """Add the verb."""
    add_command(
        app,
        "review",
        _("Review findings in your browser."),
        details=_(
            "Shows the evidence of each finding, and records what you decide. The console listens on 127.0.0.1 alone, "
            "and only the browser that opens its address first can use it. Ctrl-C ends it."
        ),
        example="opsec review --case opsec-case.db --sites geofences",
        exit_codes=exit_codes.SIMPLE,
    )(_make_command())


def _make_command() -> Callable[..., None]:
    """Build the function of the verb, with its options in the language in use."""

    def review(
        case: str | None = options.case_option(),
        sites: Path | None = options.sites_option(),
        no_browser: bool = options.make_option(False, "--no-browser", text=_("do not open a browser")),
        url_file: Path | None = options.make_option(
            None,
            "--url-file",
            text=_("write the address to this file, which only this account can read, not to the terminal"),
            metavar="FILE",
        ),
        port: int = options.make_option(0, "--port", text=_("port to listen on; default: a free one"), metavar="N"),
        config: Path | None = options.config_option(),
    ) -> None:
        settings = options.load_settings(config)
        where = options.existing_case(case, settings)
        own = options.own_sites(sites or Path(settings.sites), settings)  # a clip cannot be judged without sites

        from opsec.casefile.case_file import open_case
        from opsec.console.server import serve

        with open_case(where) as case_file:  # a case that cannot be used is reported here, not on the first page
            _prepare(case_file)
        serve(
            case=where,
            sites=own or (),
            settings=settings,
            sites_folder=str(sites or settings.sites),
            port=port,
            url_file=url_file,
            open_browser=not no_browser,
            announce=partial(_announce, url_file),
        )

    return review


def _prepare(case_file: "CaseFile") -> None:
    """Compute the queue before a browser waits for it."""
    from opsec.casefile.triage_queue import bring_up_to_date, count_stale

    waiting = count_stale(case_file.transactions)
    if waiting > MANY_FINDINGS:
        print_message(ngettext("preparing {n} finding for the queue", "preparing {n} findings for the queue", waiting))
    bring_up_to_date(case_file.transactions, datetime.now(UTC))


def _announce(url_file: Path | None, address: str, opened: bool) -> None:
    """Say where the console answers. The address has a line of its own: isolates around it would be copied too."""
    if url_file is not None:
        print_message(
            _("the review console is ready; its address is in {file}; Ctrl-C ends it", file=display_path(url_file))
        )
        return
    if opened:
        print_message(
            _("the review console opens in your browser; Ctrl-C ends it; if no browser opens, open this address:")
        )
    else:
        print_message(_("the review console is ready; Ctrl-C ends it; open this address in your browser:"))
    with guard_stderr() as stream:
        stream.write(f"{address}\n")
