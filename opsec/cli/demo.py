"""``opsec demo``: create a small fictional case, scan it, and print the next commands."""

import shlex
from pathlib import Path

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.messages import print_message
from opsec.cli.stdio import guard_stderr
from opsec.errors import OutputError, UsageError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import decode_path, display_path


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @add_command(
        app,
        "demo",
        _("Create and scan a small fictional case."),
        example="opsec demo my-demo",
        exit_codes=exit_codes.SIMPLE,
    )
    def demo(
        folder: Path = options.make_argument(
            Path("opsec-demo"), text=_("folder to create; default: opsec-demo"), metavar="DIR"
        ),
    ) -> None:
        _write_example(folder)
        from opsec.app.scan import scan
        from opsec.cli.output import OutputPlan
        from opsec.cli.progress import show_progress
        from opsec.settings import Settings

        settings = Settings(sites=str(folder / "geofences"), case=str(folder / "opsec-case.db"))
        delivery = OutputPlan.from_options([folder / "scan.html"], "table", "review", settings.terminal)
        with show_progress() as listener:
            done = scan([folder / "posts"], case=settings.case, settings=settings, listener=listener)
        if delivery.write(done) == OutputError.exit_code:
            raise typer.Exit(OutputError.exit_code)
        _print_next_steps(folder)


def _write_example(folder: Path) -> None:
    from opsec.demo.posts import write_example_posts
    from opsec.demo.sites import write_example_sites

    shown = display_path(folder)
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(_("{folder} already exists and is not empty; choose another folder", folder=shown))
    try:
        write_example_sites(folder / "geofences")
        write_example_posts(folder / "posts")
    except OSError as error:
        raise OutputError(
            _("{folder} cannot be written ({error}); choose another folder", folder=shown, error=error.strerror or "?")
        ) from error
    print_message(_("created a fictional case in {folder}: two sites and posts about them", folder=shown))


def _print_next_steps(folder: Path) -> None:
    """Print the next commands, ready to be copied."""
    quoted = shlex.quote(decode_path(folder))
    case = f"--case {quoted}/opsec-case.db"
    steps = (
        (_("evidence for each clip:"), f"{quoted}/scan.html"),
        (
            _("move a fence, then match again without opening any clip:"),
            f"opsec rematch --sites {quoted}/geofences {case}",
        ),
        (_("weekly page for command:"), f"opsec report {case} -o {quoted}/week.html"),
        (_("set up your own sites:"), "opsec init"),
    )
    for sentence, command in steps:
        print_message(sentence)
        with guard_stderr() as stream:
            stream.write(f"    {command}\n")
