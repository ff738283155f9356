"""``opsec audit``: list the audit trail of a case, and check that nobody changed it."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command, help_epilog
from opsec.cli.keys import keys_folder, keys_option
from opsec.cli.messages import print_message
from opsec.cli.stdio import guard_stdout
from opsec.errors import UsageError
from opsec.i18n.messages import Message, _, isolate, ngettext, render
from opsec.i18n.safe_text import display_path, escape_unsafe

if TYPE_CHECKING:
    from opsec.app.audit import AuditCheck
    from opsec.casefile.audit_trail import AuditFault, AuditRow, Detail
    from opsec.casefile.unit_bundles import Issue

FORMATS = ("table", "json")


def make_app() -> typer.Typer:
    """Build the verbs below ``opsec audit``, in the language in use."""
    app = typer.Typer(
        help=render(_("Who did what with this case.")),
        epilog=help_epilog("opsec audit verify --report week.html", exit_codes.AUDIT),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    _add_verify(app)
    _add_list(app)
    _add_issued(app)
    return app


def _add_verify(app: typer.Typer) -> None:
    @add_command(
        app,
        "verify",
        _("Check the audit trail for changes."),
        details=_(
            "Finds rows that were edited, moved or deleted. Entries cut off at the end show only against the last "
            "report that was issued: keep it elsewhere, and name it with --report."
        ),
        example="opsec audit verify --report week.html",
        exit_codes=exit_codes.AUDIT,
    )
    def verify(
        report: Path | None = options.make_option(
            None, "--report", text=_("issued report with its audit mark: HTML, JSON or CSV"), metavar="FILE"
        ),
        head: str | None = options.make_option(
            None, "--head", text=_("audit mark of a report, as it is printed"), metavar="MARK"
        ),
        case: str | None = options.case_option(),
        keys: Path | None = keys_option(),
        config: Path | None = options.config_option(),
    ) -> None:
        settings = options.load_settings(config)
        from opsec.app.audit import verify

        where = options.existing_case(case, settings)
        done = verify(case=where, keys=keys_folder(keys, where, config), report=report, head=head)
        _print_lines(_verify_lines(done))
        if not done.is_intact:
            raise typer.Exit(exit_codes.FLAGGED)


def _verify_lines(done: "AuditCheck") -> list[str]:
    lines = [_fault_message(fault) for fault in done.faults]
    if done.signature == "wrong":
        lines.append(_("the audit mark of the report is not signed rightly: somebody changed it"))
    elif done.signature == "unknown_key":
        lines.append(_("the audit mark of the report is signed by a key that is neither yours nor trusted"))
    elif done.mark is not None and not done.mark.signature:
        lines.append(_("the audit mark of the report is not signed, so anybody could have changed it"))
    if done.is_intact:
        lines.append(
            ngettext(
                "the audit trail is intact: {n} entry, {head}",
                "the audit trail is intact: {n} entries, {head}",
                done.head.count,
                head=done.head.hash,
            )
        )
        if done.mark is None:
            lines.append(_("entries cut off at the end show only with --report or --head"))
        else:
            lines.append(_("it contains the end that the report printed: {count} entries", count=done.mark.count))
    else:
        lines.append(_("the audit trail was changed; keep this file as evidence and put back a copy"))
    return [render(line) for line in lines]


def _fault_message(fault: "AuditFault") -> Message:
    messages = {
        "missing": _("entry {n} is missing", n=fault.seq),
        "edited": _("entry {n} was edited", n=fault.seq),
        "reordered": _("entry {n} does not follow the one before it: entries were changed or moved", n=fault.seq),
        "clock_back": _("the clock of the machine was set back before entry {n}", n=fault.seq),
        "cut": _("entries from {n} on were cut off: the report has more", n=fault.seq),
        "other_head": _("entry {n} is another one than when the report was issued", n=fault.seq),
        "issue_differs": _("entry {n} and the list of issued files do not agree: one of them was changed", n=fault.seq),
        "not_recorded": _("no entry records this report: entries were cut off, or the report was changed"),
    }
    return messages[fault.code]


def _add_list(app: typer.Typer) -> None:
    @add_command(
        app,
        "list",
        _("List the audit trail."),
        details=_("Each entry has its time, who did it, and codes and counts; no names of sites and no captions."),
        example="opsec audit list --newest 20",
        exit_codes=exit_codes.SIMPLE,
    )
    def list_(
        newest: int | None = options.make_option(None, "--newest", text=_("only the newest entries"), metavar="N"),
        format_: str = options.make_option("table", "--format", text=_("table or json"), metavar="table|json"),
        case: str | None = options.case_option(),
        config: Path | None = options.config_option(),
    ) -> None:
        settings = options.load_settings(config)
        _check_format(format_)
        from opsec.app.audit import entries

        found = entries(case=options.existing_case(case, settings), newest=newest)
        if format_ == "json":
            _print_json([asdict(row) | {"detail": detail} for row, detail in found])
        else:
            _print_lines([_line(row, detail) for row, detail in found])


def _add_issued(app: typer.Typer) -> None:
    @add_command(
        app,
        "issued",
        _("List the reports that were issued."),
        details=_("With the SHA-256 of every file. Name a file to see whether this case issued it, unchanged."),
        example="opsec audit issued week.html",
        exit_codes=exit_codes.ISSUED,
    )
    def issued(
        file: Path | None = options.make_argument(None, text=_("a report or bundle to look for"), metavar="FILE"),
        format_: str = options.make_option("table", "--format", text=_("table or json"), metavar="table|json"),
        case: str | None = options.case_option(),
        config: Path | None = options.config_option(),
    ) -> None:
        settings = options.load_settings(config)
        _check_format(format_)
        from opsec.app.audit import sha256_of
        from opsec.app.issue import issued_reports

        found = issued_reports(options.existing_case(case, settings))
        if file is not None:
            sha256 = sha256_of(file)
            found = [one for one in found if one.sha256 == sha256]
        if format_ == "json":
            _print_json([asdict(one) for one in found])
        else:
            _print_lines([_issue_line(one) for one in found])
        if file is not None and not found:
            print_message(_("{file} was not issued by this case, or was changed since", file=display_path(file)))
            raise typer.Exit(exit_codes.FLAGGED)


def _issue_line(one: "Issue") -> str:
    who = escape_unsafe(one.issued_by)
    cells = (f"{one.issued_at[:19]}Z", one.week, one.kind, one.edition, one.format, str(one.sequence), who, one.sha256)
    return "  ".join(isolate(cell) for cell in cells)


def _check_format(name: str) -> None:
    if name not in FORMATS:
        known = ", ".join(FORMATS)
        raise UsageError(
            _("{name} is not a format; use one of {known}", name=escape_unsafe(name, limit=40), known=known)
        )


def _print_json(records: list[dict[str, Any]]) -> None:
    from opsec.reports.json_writer import encode_array

    with guard_stdout() as stream:
        stream.write(encode_array(records).decode())


def _line(row: "AuditRow", detail: "Detail") -> str:
    from opsec.i18n.terms import AUDIT_EVENT

    event = AUDIT_EVENT.get(row.event)
    codes = " ".join(f"{name}={value}" for name, value in detail.items())
    return render(
        Message(
            "{seq}  {at}  {event}  {actor}  {codes}",
            {
                "seq": str(row.seq),
                "at": row.at[:19] + "Z",
                "event": event if event is not None else escape_unsafe(row.event),
                "actor": escape_unsafe(row.actor),
                "codes": escape_unsafe(codes, limit=300),
            },
        )
    )


def _print_lines(lines: list[str]) -> None:
    from opsec.cli.messages import print_text

    with guard_stdout() as stream:
        for line in lines:
            print_text(line + "\n", stream)
