"""``opsec explain``: every field of a clip, where it stood in the file, and what became of it."""

from pathlib import Path

import typer

from opsec.cli import options
from opsec.cli.stdio import results
from opsec.i18n.messages import _, current, say


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command("explain", help=say(_("Tell every field read from a clip, where it stood, and what became of it.")))
    def explain(
        clips: list[Path] = options.argument(..., text=_("clips or photos"), metavar="CLIP..."),
        sites: Path | None = options.sites(),
        show_coordinates: bool = options.option(
            False, "--show-coordinates", text=_("do not mask coordinates: for your own eyes only")
        ),
        config: Path | None = options.config(),
    ) -> None:
        settings = options.load_settings(config)
        from opsec.app.scan import scan
        from opsec.reports.explain import explanation
        from opsec.reports.terminal import print_line

        # Nothing is remembered: the officer asks what is in this file, now.
        done = scan(clips, sites=sites, settings=settings)
        with results() as stream:
            for number, result in enumerate(done.results):
                if number:
                    stream.write("\n")
                for line in explanation(result, current(), unmasked=show_coordinates):
                    print_line(line, current(), settings.terminal, stream)
