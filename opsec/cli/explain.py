"""``opsec explain``: every field of a clip, its location in the file, and the matches that it produced."""

from pathlib import Path

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.stdio import guard_stdout
from opsec.i18n.messages import _, current_language


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @add_command(
        app,
        "explain",
        _("Show every field read from a clip."),
        details=_("Shows the location of each field in the file and the matches that it produced."),
        example="opsec explain inbox/clip.mp4 --sites geofences",
        exit_codes=exit_codes.EXPLAIN,
    )
    def explain(
        clips: list[Path] = options.make_argument(..., text=_("clips or photos"), metavar="CLIP..."),
        sites: Path | None = options.sites_option(),
        show_coordinates: bool = options.make_option(
            False, "--show-coordinates", text=_("show full coordinates (for your eyes only)")
        ),
        config: Path | None = options.config_option(),
    ) -> None:
        settings = options.load_settings(config)
        from opsec.app.scan import scan
        from opsec.cli.messages import print_message
        from opsec.reports.explain import explanation_lines
        from opsec.reports.terminal import fault_messages, print_line
        from opsec.runtime.program_faults import count_faults

        # Without a case file: nothing is stored, and the file is read as it is now.
        done = scan(clips, sites=sites, settings=settings)
        with guard_stdout() as stream:
            for number, result in enumerate(done.results):
                if number:
                    stream.write("\n")
                for line in explanation_lines(result, current_language(), unmasked=show_coordinates):
                    print_line(line, current_language(), settings.terminal, stream)
        for message in fault_messages(done):
            print_message(message, prefix="opsec: ")
        if count_faults(done):
            raise typer.Exit(exit_codes.PROGRAM_FAULT)
