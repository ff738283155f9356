"""``opsec decide``: decisions about findings, and rules that allow harmless posts."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.messages import print_message
from opsec.cli.stdio import guard_stdout
from opsec.errors import UsageError
from opsec.i18n.messages import Message, _, current_language, ngettext

if TYPE_CHECKING:
    from opsec.app.known_sites import SiteSource
    from opsec.casefile.decisions import Changed
    from opsec.settings import Settings

MAX_LINES = 20
"""Changed findings that are named one by one; more are only counted."""


def add_to(app: typer.Typer) -> None:
    """Add the verb."""
    add_command(
        app,
        "decide",
        _("Record what you decide about findings."),
        details=_(
            "States: open, confirmed, takedown_requested, acknowledged, removed, rejected, dismissed. All findings are "
            "changed or none; the history keeps every change. --allow hides findings of harmless posts until a day: "
            "account=NAME, hash=SHA256, site=CODE, place=LAT,LON,RADIUS_M or zone=NAME. A position inside a fence is "
            "never allowed, and is dismissed only on its own."
        ),
        example="opsec decide 3f09ac21d4 --state dismissed --why 'public gate' --until 2027-01-31",
        exit_codes=exit_codes.SIMPLE,
    )(_make_command())


def _make_command() -> Callable[..., None]:
    """Build the function of the verb, with its options in the language in use."""

    def decide(
        findings: list[str] | None = options.make_argument(
            None, text=_("numbers from a page or a list, or fingerprints"), metavar="[FINDING]..."
        ),
        case: str | None = options.case_option(),
        state: str | None = options.make_option(None, "--state", text=_("state to change to"), metavar="STATE"),
        why: str | None = options.make_option(
            None, "--why", text=_("reason; required to dismiss and to record a rejection"), metavar="TEXT"
        ),
        by: str | None = options.make_option(
            None, "--by", text=_("who decides; default: the name of this account"), metavar="NAME"
        ),
        until: str | None = options.make_option(
            None, "--until", text=_("last day of a dismissal or a rule; open again after it"), metavar="YYYY-MM-DD"
        ),
        undo: bool = options.make_option(False, "--undo", text=_("take back the last change of each finding")),
        allow: str | None = options.make_option(
            None, "--allow", text=_("add a rule that hides findings of harmless posts"), metavar="KIND=VALUE"
        ),
        allowed: bool = options.make_option(False, "--allowed", text=_("list the rules that apply")),
        sites: Path | None = options.sites_option(),
        revoke: int | None = options.make_option(
            None, "--revoke", text=_("revoke the rule of this number"), metavar="N"
        ),
        config: Path | None = options.config_option(),
    ) -> None:
        given = list(findings or [])
        _check_one_task(given, state is not None, undo, allow is not None, allowed, revoke is not None)
        settings = options.load_settings(config)
        where = options.existing_case(case, settings)
        if given:
            _change(given, where, state=state, why=why, by=by, until=until)
        elif allow is not None:
            load_sites: SiteSource = lambda: options.own_sites(sites, settings) or ()  # noqa: E731
            _allow(allow, where, why=why, by=by, until=until, load_sites=load_sites)
        elif revoke is not None:
            _revoke(revoke, where, why=why, by=by)
        else:
            _print_rules(where, settings)

    return decide


def _check_one_task(given: Sequence[str], *tasks: bool) -> None:
    """Refuse a command line that asks for nothing, or for two things at once."""
    needs_findings = any(tasks[:2])
    if sum(tasks) != 1:
        raise UsageError(_("give one of --state, --undo, --allow, --allowed and --revoke"))
    if needs_findings and not given:
        raise UsageError(_("name at least one finding; opsec list shows their numbers"))
    if given and not needs_findings:
        raise UsageError(_("findings are named only with --state or --undo; leave them out here"))


def _change(
    given: list[str], case: str, *, state: str | None, why: str | None, by: str | None, until: str | None
) -> None:
    """Change the state of findings, or take back their last change when no state is given; name what changed."""
    from opsec.app import decide as decisions

    if state is None:
        changed = decisions.undo(given, case=case, why=why, by=by)
    else:
        changed = decisions.decide(given, case=case, state=state, why=why, by=by, until=until)
    for one in changed[:MAX_LINES]:
        print_message(_changed_message(one))
    if len(changed) > 1:
        anew = sum(not one.was_so for one in changed)
        print_message(ngettext("{n} finding changed", "{n} findings changed", anew))


def _changed_message(one: "Changed") -> Message:
    """Name the old and the new state; of an undone change, which one it was: an ended dismissal changes no state."""
    from opsec.casefile.serialisation import local_date
    from opsec.i18n.terms import FINDING_STATE

    if one.was_so:
        return _("finding {number} is already in the state {state}", number=one.number, state=FINDING_STATE[one.now])
    if one.undone is None:
        before, now = FINDING_STATE[one.before], FINDING_STATE[one.now]
        return _("finding {number}: from {before} to {now}", number=one.number, before=before, now=now)
    return _(
        "finding {number}: the decision “{undone}” of {date} is undone; its state is: {now}",
        number=one.number,
        undone=FINDING_STATE[one.undone.to_state],
        date=local_date(datetime.fromisoformat(one.undone.made_at)),
        now=FINDING_STATE[one.now],
    )


def _allow(
    what: str, case: str, *, why: str | None, by: str | None, until: str | None, load_sites: "SiteSource"
) -> None:
    from opsec.app import decide as decisions

    rule = decisions.allow(what, case=case, why=why, until=until, by=by, load_sites=load_sites)
    print_message(
        ngettext(
            "rule {number} added: it hides {n} finding now; a position inside a fence is never hidden",
            "rule {number} added: it hides {n} findings now; a position inside a fence is never hidden",
            rule.hides,
            number=str(rule.number),
        )
    )


def _revoke(number: int, case: str, *, why: str | None, by: str | None) -> None:
    from opsec.app import decide as decisions

    decisions.revoke(number, case=case, why=why, by=by)
    print_message(_("rule {number} is revoked; its findings are open again", number=str(number)))


def _print_rules(case: str, settings: "Settings") -> None:
    from opsec.app import decide as decisions
    from opsec.reports.finding_table import print_rules

    rules = decisions.allowed(case=case)
    with guard_stdout() as stream:
        print_rules(rules, current_language(), settings.terminal, stream)
