"""``opsec scan`` and ``opsec rematch``: the main job."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from opsec.cli import options
from opsec.language import _, say


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
        config: Path | None = options.config(),
    ) -> None:
        settings = options.load_settings(config)
        from opsec.cli.delivery import Delivery
        from opsec.cli.progress import shown_progress
        from opsec.scan import scan as run

        delivery = Delivery.ordered(output or [], format_name, fail_on, settings.terminal)
        with _resumable(), shown_progress() as listener:
            done = run(paths, sites=sites, case=case or settings.case, settings=settings, listener=listener)
        raise typer.Exit(delivery.of(done))

    @app.command("rematch", help=say(_("Match all that the case file remembers with the sites as they are now.")))
    def rematch(
        sites: Path | None = options.sites(),
        case: str | None = options.case(),
        output: list[Path] | None = options.output(),
        format_name: str | None = options.format_name(),
        fail_on: str = options.fail_on(),
        config: Path | None = options.config(),
    ) -> None:
        settings = options.load_settings(config)
        from opsec.cli.delivery import Delivery
        from opsec.cli.progress import shown_progress
        from opsec.scan import rematch as run

        delivery = Delivery.ordered(output or [], format_name, fail_on, settings.terminal)
        kept = options.kept_case(case, settings)
        with _resumable(), shown_progress() as listener:
            done = run(sites=sites, case=kept, settings=settings, listener=listener)
        raise typer.Exit(delivery.of(done))


@contextmanager
def _resumable() -> Iterator[None]:
    """Ctrl-C ends the run with a sentence: what was read is kept."""
    try:
        yield
    except KeyboardInterrupt:
        sentence = say(_("interrupted; what was read is kept, give the same command again to go on"))
        typer.echo(f"\nopsec: {sentence}", err=True)
        raise typer.Exit(130) from None
