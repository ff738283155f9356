"""Progress of a scan on standard error: a bar on a terminal, otherwise a line at every tenth."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from opsec.cli.messages import print_message
from opsec.i18n.messages import _, ngettext, render
from opsec.model import Progress

if TYPE_CHECKING:
    from opsec.app.scan_session import Listener


@contextmanager
def show_progress(*, rematching: bool = False) -> Iterator["Listener"]:
    """Yield a listener that shows the progress of a scan, or of matching stored clips again."""
    if not sys.stderr.isatty():
        yield _print_rematch_line if rematching else _print_scan_line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(render(_("matching") if rematching else _("reading")), total=None)
        yield lambda progress: bar.update(task, completed=progress.done, total=progress.total)


def _print_scan_line(progress: Progress) -> None:
    if _is_next_tenth(progress):
        print_message(
            ngettext("{done} of {n} clip scanned", "{done} of {n} clips scanned", progress.total, done=progress.done)
        )


def _print_rematch_line(progress: Progress) -> None:
    if _is_next_tenth(progress):
        print_message(
            ngettext(
                "{done} of {n} clip matched again",
                "{done} of {n} clips matched again",
                progress.total,
                done=progress.done,
            )
        )


def _is_next_tenth(progress: Progress) -> bool:
    return progress.done * 10 // progress.total > (progress.done - 1) * 10 // progress.total
