"""``opsec export takedown``: requests to platforms to remove posts, and a neutral note for the person who posted."""

import hashlib
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.messages import print_message
from opsec.i18n.messages import Message, _, current_language
from opsec.i18n.safe_text import display_path

if TYPE_CHECKING:
    from opsec.app.takedown import PreparedTakedown
    from opsec.settings import Settings


def add_to(group: typer.Typer) -> None:
    """Add the command to ``opsec export``."""
    add_command(
        group,
        "takedown",
        _("Write a request to remove a post."),
        details=_(
            "Writes the request in English and Arabic, a letter and a note for the person who posted. None of them "
            "says what was recognised or where. Links and accounts that name one of your sites are left out. The state "
            "of the finding does not change."
        ),
        example="opsec export takedown 3f09ac21d4 -o request",
        exit_codes=exit_codes.SIMPLE,
    )(_make_command())


def _make_command() -> Callable[..., None]:
    """Build the function of the command, with its options in the language in use."""

    def takedown(
        findings: list[str] = options.make_argument(
            ..., text=_("numbers from a page or a list, or fingerprints"), metavar="FINDING..."
        ),
        output: Path = options.make_option(
            ..., "-o", "--output", text=_("folder to write; new or empty"), metavar="DIR"
        ),
        case: str | None = options.case_option(),
        sites: Path | None = options.sites_option(),
        platform: str | None = options.make_option(
            None,
            "--platform",
            text=_("tiktok, instagram, facebook, youtube, telegram or x; default: by the link"),
            metavar="NAME",
        ),
        stills: bool = options.make_option(False, "--stills", text=_("add stills from the case file")),
        with_reason: bool = options.make_option(
            False, "--with-reason", text=_("put your own reason into the request; everybody who handles it reads it")
        ),
        reason: str | None = options.make_option(
            None, "--reason", text=_("the reason, only with --with-reason"), metavar="TEXT"
        ),
        no_pdf: bool = options.make_option(
            False, "--no-pdf", text=_("write the letter only as HTML, also where PDF can be made")
        ),
        config: Path | None = options.config_option(),
    ) -> None:
        _write_requests(
            findings,
            output,
            options.load_settings(config),
            case=case,
            sites=sites,
            platform=platform,
            stills=stills,
            with_reason=with_reason,
            reason=reason,
            no_pdf=no_pdf,
        )

    return takedown


def _write_requests(
    findings: list[str],
    output: Path,
    settings: "Settings",
    *,
    case: str | None,
    sites: Path | None,
    platform: str | None,
    stills: bool,
    with_reason: bool,
    reason: str | None,
    no_pdf: bool,
) -> None:
    """Check everything that was typed, then write the requests and state what to do with them."""
    from opsec.app import takedown as requests
    from opsec.reports.takedown_files import check_folder
    from opsec.reports.takedown_platforms import parse_platform
    from opsec.sandbox.pdf_process import is_available

    words = requests.checked_reason(reason, wanted=with_reason)
    chosen = None if platform is None else parse_platform(platform)
    check_folder(output)
    where = options.existing_case(case, settings)
    ours = options.own_sites(sites, settings)
    prepared = requests.prepare(
        findings, case=where, sites=ours or (), platform=chosen, reason=words, with_stills=stills
    )
    written = requests.write(prepared, output, current_language(), pdf=is_available() and not no_pdf)
    options.remember_results(where, [hashlib.sha256(data).hexdigest() for data in written])
    print_message(_("wrote {file}", file=display_path(output)))
    for message in _messages(prepared, case, names_checked=ours is not None, with_stills=stills):
        print_message(message)


def _messages(
    prepared: "Sequence[PreparedTakedown]", case: str | None, *, names_checked: bool, with_stills: bool
) -> list[Message]:
    """Return what the officer has to know and to do before and after sending."""
    from opsec.app.takedown_notes import request_messages

    found: list[Message] = []
    for one in prepared:
        found += request_messages(one)
        if with_stills and not one.stills:
            found.append(_("the case file has no still of finding {number}", number=one.request.numbers[0]))
    if any(one.stills for one in prepared):
        found.append(_("stills show what the clip shows; look at each one before you send it"))
    if not names_checked:
        found.append(
            _(
                "your sites were not found, so links and accounts were not searched for their names; read the request "
                "before you send it, or name the folder with --sites"
            )
        )
    found.append(
        _(
            "fill in the [brackets] with contact details that do not show who you are; send only the request or the "
            "letter, never the note or request.json"
        )
    )
    commands = [command for one in prepared for command in _commands(one, case)]
    if commands:
        found.append(_("after sending, record it:"))
        found += [Message("  {command}", {"command": command}) for command in commands]
    return found


def _commands(one: "PreparedTakedown", case: str | None) -> list[str]:
    """Return the command lines that record the request, ready to paste."""
    from opsec.casefile.database import shown_case

    name = one.request.platform.title
    why = shlex.quote(f"request sent to {name}" if name else "request sent")
    where = f" --case {shlex.quote(shown_case(case))}" if case is not None else ""
    return [
        f"opsec decide {number} --state {state}{f' --why {why}' if state == 'takedown_requested' else ''}{where}"
        for number, states in one.next_states
        for state in states
    ]
