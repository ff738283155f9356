"""``opsec watch``: scan what arrives in a folder."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.messages import print_message
from opsec.cli.stdio import guard_stdout
from opsec.i18n.messages import _, current_language
from opsec.i18n.safe_text import display_path

if TYPE_CHECKING:
    from types import FrameType

    from opsec.app.watch import WatchedBatch
    from opsec.cli.output import OutputPlan


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @add_command(
        app,
        "watch",
        _("Scan what arrives in a folder."),
        details=_(
            "Scans files when they have arrived completely, with the files that belong to them, and shows findings "
            "that no earlier scan has seen. Ends after the running clip on Ctrl-C or SIGTERM."
        ),
        example="opsec watch inbox --sites geofences",
        exit_codes=exit_codes.WATCH,
    )
    def watch(
        folder: Path = options.make_argument(..., text=_("folder to watch"), metavar="DIR"),
        sites: Path | None = options.sites_option(),
        case: str | None = options.case_option(),
        once: bool = options.make_option(
            False, "--once", text=_("scan what has arrived by now and end, with the exit code of a scan with --new")
        ),
        poll: bool = options.make_option(
            False, "--poll", text=_("look again every 5 seconds; automatic on network file systems")
        ),
        fail_on: str = options.fail_on_option(),
        config: Path | None = options.config_option(),
    ) -> None:
        settings = options.load_settings(config)
        from opsec.app.watch import FolderWatch
        from opsec.cli.output import OutputPlan

        plan = OutputPlan.from_options([], "table", fail_on, settings.terminal)
        watched = FolderWatch(folder, case or settings.case, settings, sites, polls=poll)
        code = exit_codes.OK
        with _end_on_signal(watched.stop) as received:
            if not once:
                print_message(_("watching {folder}; press Ctrl-C to end", folder=display_path(folder)))
            for batch in watched.batches(once=once):
                code = _print_batch(batch, plan)
        if received:
            print_message(_("ended; everything scanned so far is stored"))
        interrupted = signal.SIGINT in received
        raise typer.Exit(exit_codes.INTERRUPTED if interrupted else code if once else exit_codes.OK)


def _print_batch(batch: "WatchedBatch", plan: "OutputPlan") -> int:
    """Print what is new in a batch and its counts; return the exit code of a scan that found it."""
    from opsec.i18n.terms import ACTION
    from opsec.reports.evidence import clips_to_review, site_code
    from opsec.reports.masking import mask_path
    from opsec.reports.terminal import (
        counts_message,
        fault_messages,
        isolation_messages,
        print_line,
        unread_file_messages,
    )
    from opsec.reports.value_format import format_percent

    with guard_stdout() as stream:
        for result in clips_to_review(batch.new):
            if not result.findings:
                continue
            line = _(
                "{action}: {file} (site {site}, likelihood {likelihood})",
                action=ACTION[result.verdict.action],
                file=mask_path(result.clip.path),
                site=site_code(batch.new, result.verdict.site),
                likelihood=format_percent(result.verdict.likelihood),
            )
            print_line(line, current_language(), plan.terminal, stream)
    whole = batch.whole
    for line in (
        *unread_file_messages(whole),
        *isolation_messages(one.clip.coverage.reasons for one in whole.results),
        *fault_messages(whole),
        counts_message(whole.counts),
    ):
        print_message(line)
    if batch.notice_trouble is not None:
        print_message(batch.notice_trouble, prefix="opsec: ")
    return plan.exit_code(whole, batch.new)


@contextmanager
def _end_on_signal(stop: threading.Event) -> Iterator[list[int]]:
    """Have SIGINT and SIGTERM end the watch after the running clip, and a second one at once; yield those received."""
    received: list[int] = []

    def note(number: int, frame: "FrameType | None") -> None:  # noqa: ARG001 - the system's call
        if received:
            raise KeyboardInterrupt
        received.append(number)
        stop.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
