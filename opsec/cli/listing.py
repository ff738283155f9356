"""``opsec list``: the findings of a case file with what was decided about them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.messages import print_message
from opsec.cli.stdio import guard_stdout
from opsec.errors import UsageError
from opsec.i18n.messages import _, current_language, ngettext
from opsec.i18n.safe_text import escape_unsafe

if TYPE_CHECKING:
    from opsec.model import ListedFinding
    from opsec.settings import Settings

LIST_FORMATS = ("table", "json", "csv")


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @add_command(
        app,
        "list",
        _("List findings and what was decided."),
        details=_("Without a filter it lists all findings of the case file, those that are still to be done first."),
        example="opsec list --new --state open --site F-07",
        exit_codes=exit_codes.SIMPLE,
    )
    def list_(
        case: str | None = options.case_option(),
        new: bool = options.make_option(False, "--new", text=_("only findings first seen in the last scan")),
        state: list[str] | None = options.make_option(
            None, "--state", text=_("only this state; may be given several times"), metavar="STATE"
        ),
        site: str | None = options.make_option(None, "--site", text=_("only this site"), metavar="CODE"),
        sites: Path | None = options.sites_option(),
        since: str | None = options.make_option(
            None, "--since", text=_("only findings first seen on this day or later"), metavar="YYYY-MM-DD"
        ),
        account: str | None = options.make_option(None, "--account", text=_("only posts of this account"), metavar="A"),
        due: bool = options.make_option(
            False, "--due", text=_("only takedown requests without an answer for [takedown] due_days, the oldest first")
        ),
        format_name: str = options.make_option(
            "table", "--format", text=_("table, json or csv; default: table"), metavar="FORMAT"
        ),
        config: Path | None = options.config_option(),
    ) -> None:
        settings = options.load_settings(config)
        _check_format(format_name)
        wanted = {"states": state or (), "site": site, "since": since, "account": account, "only_new": new}
        _list(wanted, case, sites, settings, format_name, due=due)


def _list(
    wanted: dict[str, Any],
    case: str | None,
    sites: Path | None,
    settings: "Settings",
    format_name: str,
    *,
    due: bool,
) -> None:
    from opsec.app.listing import find

    now = datetime.now(UTC)
    found = find(
        case=options.existing_case(case, settings),
        due_days=settings.takedown.due_days if due else None,
        at=now,
        load_sites=lambda: options.own_sites(sites, settings) or (),
        **wanted,
    )
    _print_list(found, format_name, settings, now)


def _check_format(name: str) -> None:
    if name not in LIST_FORMATS:
        known = ", ".join(LIST_FORMATS)
        raise UsageError(
            _("{name} is not a format; use one of {known}", name=escape_unsafe(name, limit=40), known=known)
        )


def _print_list(found: "Sequence[ListedFinding]", format_name: str, settings: "Settings", now: datetime) -> None:
    from opsec.reports.finding_records import render_findings_csv, render_list_json
    from opsec.reports.finding_table import print_findings

    with guard_stdout() as stream:
        if format_name == "table":
            print_findings(found, current_language(), settings.terminal, stream, now)
        else:
            as_json = format_name == "json"
            data = render_list_json(found) if as_json else render_findings_csv(found, current_language())
            stream.buffer.write(data)
    print_message(
        ngettext(
            "{n} finding, {hidden} hidden by decisions",
            "{n} findings, {hidden} hidden by decisions",
            len(found),
            hidden=sum(one.decision.state == "dismissed" for one in found),
        )
    )
