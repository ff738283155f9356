"""``opsec purge``: drop what was read of closed posts after a time."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.messages import print_message
from opsec.i18n.messages import Message, _, ngettext

if TYPE_CHECKING:
    from opsec.casefile.purging import Purged


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @add_command(
        app,
        "purge",
        _("Drop what was read of old, closed posts."),
        details=_(
            "Drops readings, pictures, words, accounts and addresses of posts that no scan has seen since, and makes "
            "the case file smaller. Counts of past weeks and the history of decisions stay. Posts with a finding that "
            "is open, under takedown, or dismissed only until a later day are kept."
        ),
        example="opsec purge --older-than 90d --dry-run",
        exit_codes=exit_codes.SIMPLE,
    )
    def purge(
        older_than: str = options.make_option(
            ..., "--older-than", text=_("age in days or weeks, such as 90d or 12w"), metavar="AGE"
        ),
        case: str | None = options.case_option(),
        dry_run: bool = options.make_option(False, "--dry-run", text=_("only report what would be dropped")),
        config: Path | None = options.config_option(),
    ) -> None:
        settings = options.load_settings(config)
        from opsec.app.purge import purge

        done = purge(older_than, case=options.existing_case(case, settings), dry_run=dry_run)
        print_message(_summary(done, dry_run=dry_run))
        _print_kept(done)


def _summary(done: "Purged", *, dry_run: bool) -> Message:
    if dry_run:
        return ngettext(
            "{n} post and {readings} readings would be dropped",
            "{n} posts and {readings} readings would be dropped",
            done.posts,
            readings=done.readings,
        )
    return ngettext(
        "{n} post and {readings} readings dropped; the history of decisions is kept",
        "{n} posts and {readings} readings dropped; the history of decisions is kept",
        done.posts,
        readings=done.readings,
    )


def _print_kept(done: "Purged") -> None:
    """Name the findings because of which old posts were kept."""
    from opsec.i18n.terms import FINDING_STATE

    for state, word in FINDING_STATE.items():
        if state in done.kept:
            print_message(
                ngettext(
                    "kept: {n} old finding in the state {state}",
                    "kept: {n} old findings in the state {state}",
                    done.kept[state],
                    state=word,
                )
            )
