"""``opsec scan`` and ``opsec rematch``: the main job."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from opsec.cli import options
from opsec.cli.messages import tell
from opsec.cli.stdio import talk
from opsec.i18n.messages import _, say

if TYPE_CHECKING:
    from opsec.app.scan import Listener
    from opsec.cli.output import Delivery
    from opsec.model import Scan
    from opsec.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the two verbs."""

    @app.command("scan", help=say(_("Read posts and tell which of them expose one of your sites, and why.")))
    def scan(
        paths: list[Path] = options.argument(..., text=_("files, folders or zip archives of posts"), metavar="PATH..."),
        sites: Path | None = options.sites(),
        case: str | None = options.case(),
        output: list[Path] | None = options.output(),
        format_name: str | None = options.format_name(),
        fail_on: str = options.fail_on(),
        own_photos: bool = options.own_photos(),
        config: Path | None = options.config(),
    ) -> None:
        settings = options.load_settings(config)

        def job(listener: "Listener") -> "Scan":
            from opsec.app.scan import scan

            kept = case or settings.case
            return scan(
                paths,
                sites=sites,
                case=kept,
                settings=settings,
                listener=listener,
                leave_out=output or [],
                own_photos=own_photos,
            )

        order = _ordered(settings, output or [], format_name, fail_on)
        order.keeps_evidence(paths)
        _deliver(job, order)

    @app.command("rematch", help=say(_("Match all that the case file remembers with the sites as they are now.")))
    def rematch(
        sites: Path | None = options.sites(),
        case: str | None = options.case(),
        output: list[Path] | None = options.output(),
        format_name: str | None = options.format_name(),
        fail_on: str = options.fail_on(),
        own_photos: bool = options.own_photos(),
        config: Path | None = options.config(),
    ) -> None:
        settings = options.load_settings(config)

        def job(listener: "Listener") -> "Scan":
            from opsec.app.scan import rematch

            kept = options.kept_case(case, settings)
            done = rematch(sites=sites, case=kept, settings=settings, listener=listener, own_photos=own_photos)
            tell(_("this is what the case file remembers; what a scan had to leave out, only a new scan can tell"))
            return done

        _deliver(job, _ordered(settings, output or [], format_name, fail_on))


def _ordered(settings: "Settings", files: list[Path], format_name: str | None, fail_on: str) -> "Delivery":
    """The order, checked before the job begins."""
    from opsec.cli.output import Delivery

    return Delivery.ordered(files, format_name, fail_on, settings.terminal)


def _deliver(job: Callable[["Listener"], "Scan"], order: "Delivery") -> None:
    """The job is done, its scan is delivered, and the program leaves with the exit code."""
    from opsec.cli.progress import shown_progress

    with _resumable(), shown_progress() as listener:
        done = job(listener)
    raise typer.Exit(order.of(done))


@contextmanager
def _resumable() -> Iterator[None]:
    """Ctrl-C ends the run with a sentence: what was read is kept."""
    try:
        yield
    except KeyboardInterrupt:
        with talk() as stream:
            stream.write("\n")
        tell(_("interrupted; what was read is kept, give the same command again to go on"), prefix="opsec: ")
        raise typer.Exit(130) from None
