"""Progress of a scan on standard error: a bar on a terminal, otherwise lines; with the rate and the time left."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opsec.cli.messages import print_message
from opsec.i18n.messages import Message, _, ngettext, render
from opsec.model import Progress

if TYPE_CHECKING:
    from opsec.app.scan_session import Listener

MIN_ELAPSED_S = 10.0
"""Before that a rate says little, and a short scan needs none."""


@dataclass(slots=True)
class Pace:
    """How fast the clips of a scan are finished."""

    began_s: float = field(default_factory=time.monotonic)

    def describe(self, progress: Progress, now_s: float | None = None) -> Message | None:
        """Return the rate and the time left; None at the beginning and at the end.

        Parameters
        ----------
        progress
            Of the scan.
        now_s
            On the clock of ``time.monotonic``; default: now.
        """
        elapsed_s = (time.monotonic() if now_s is None else now_s) - self.began_s
        if elapsed_s < MIN_ELAPSED_S or not 0 < progress.done < progress.total:
            return None
        left_s = elapsed_s * (progress.total - progress.done) / progress.done
        rate = f"{60 * progress.done / elapsed_s:,.1f}"
        return ngettext(
            "{rate} clips a minute, about {n} minute left",
            "{rate} clips a minute, about {n} minutes left",
            max(1, round(left_s / 60)),
            rate=rate,
        )


@contextmanager
def show_progress(*, rematching: bool = False) -> Iterator["Listener"]:
    """Yield a listener that shows the progress of a scan, or of matching stored clips again."""
    pace = Pace()
    if not sys.stderr.isatty():
        yield lambda progress: _print_line(progress, pace, rematching=rematching)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[pace]}"))
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(render(_("matching") if rematching else _("reading")), total=None, pace="")

        def show(progress: Progress) -> None:
            described = pace.describe(progress)
            shown = render(described) if described else ""
            bar.update(task, completed=progress.done, total=progress.total, pace=shown)

        yield show


def _print_line(progress: Progress, pace: Pace, *, rematching: bool) -> None:
    """Print how many clips are done at every tenth, and then how many more may follow in what time."""
    if not _is_next_tenth(progress):
        return
    done = (
        ngettext(
            "{done} of {n} clip matched again", "{done} of {n} clips matched again", progress.total, done=progress.done
        )
        if rematching
        else ngettext("{done} of {n} clip scanned", "{done} of {n} clips scanned", progress.total, done=progress.done)
    )
    print_message(done)
    described = pace.describe(progress)
    if described:
        print_message(described)


def _is_next_tenth(progress: Progress) -> bool:
    return progress.done * 10 // progress.total > (progress.done - 1) * 10 // progress.total
