"""``opsec explain``: every field of a clip, its location in the file, and the matches that it produced."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.messages import print_message
from opsec.cli.stdio import guard_stdout
from opsec.errors import UsageError
from opsec.i18n.messages import _, current_language

if TYPE_CHECKING:
    from opsec.model import Result
    from opsec.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @add_command(
        app,
        "explain",
        _("Show every field read from a clip."),
        details=_(
            "Shows the location of each field in the file and the matches that it produced. "
            "A finding is looked up in the case file; its clip is not opened again."
        ),
        example="opsec explain inbox/clip.mp4 --sites geofences",
        exit_codes=exit_codes.EXPLAIN,
    )
    def explain(
        clips: list[Path] = options.make_argument(
            ..., text=_("clips, photos, or numbers of findings"), metavar="CLIP|FINDING..."
        ),
        sites: Path | None = options.sites_option(),
        case: str | None = options.case_option(),
        show_coordinates: bool = options.make_option(
            False, "--show-coordinates", text=_("show full coordinates (for your eyes only)")
        ),
        config: Path | None = options.config_option(),
    ) -> None:
        settings = options.load_settings(config)
        numbers = [str(one) for one in clips if _is_finding(one)]
        paths = [one for one in clips if not _is_finding(one)]
        found = _results_of_findings(numbers, sites, case, settings) if numbers else []
        from opsec.app.scan import scan
        from opsec.reports.terminal import fault_messages
        from opsec.runtime.program_faults import count_faults

        # Without a case file: nothing is stored, and the file is read as it is now.
        done = scan(paths, sites=sites, settings=settings) if paths else None
        _print_explanations([*found, *(done.results if done else ())], settings, unmasked=show_coordinates)
        for message in fault_messages(done) if done else ():
            print_message(message, prefix="opsec: ")
        if done and count_faults(done):
            raise typer.Exit(exit_codes.PROGRAM_FAULT)


def _is_finding(given: Path) -> bool:
    from opsec.casefile.finding_lookup import normalise_number

    return not given.exists() and normalise_number(str(given)) is not None


def _results_of_findings(
    numbers: Sequence[str], sites: Path | None, case: str | None, settings: "Settings"
) -> "list[Result]":
    """Return the clips of each finding.

    Raises
    ------
    UsageError
        The case file does not exist or has no such finding, or what was read for it was purged.
    """
    from opsec.app.scan import explain_finding

    case_file = options.existing_case(case, settings)
    results: list[Result] = []
    for number in numbers:
        found = explain_finding(number, case=case_file, sites=sites, settings=settings)
        if not found:
            raise UsageError(
                _(
                    "what was read for finding {number} was purged; scan its clip again for the evidence",
                    number=number,
                )
            )
        results += found
    return results


def _print_explanations(results: "Sequence[Result]", settings: "Settings", *, unmasked: bool) -> None:
    from opsec.reports.explain import explanation_lines
    from opsec.reports.terminal import print_line

    with guard_stdout() as stream:
        for number, result in enumerate(results):
            if number:
                stream.write("\n")
            for line in explanation_lines(result, current_language(), unmasked=unmasked):
                print_line(line, current_language(), settings.terminal, stream)
