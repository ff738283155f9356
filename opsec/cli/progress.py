"""How far a scan is: a bar on a terminal, a plain line at every tenth otherwise. Always on stderr."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from opsec.cli.messages import tell
from opsec.i18n.messages import _, counted, say
from opsec.model import Progress

Listener = Callable[[Progress], None]


@contextmanager
def shown_progress() -> Iterator[Listener]:
    """A listener for a scan that shows how far it is."""
    if not sys.stderr.isatty():
        yield _plain_lines
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say(_("reading")), total=None)
        yield lambda progress: bar.update(task, completed=progress.done, total=progress.total)


def _plain_lines(progress: Progress) -> None:
    tenths = progress.done * 10 // progress.total
    if tenths > (progress.done - 1) * 10 // progress.total:
        tell(counted("{done} of {n} clip scanned", "{done} of {n} clips scanned", progress.total, done=progress.done))
