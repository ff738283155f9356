"""``opsec demo``: a small fictional case in a folder, scanned, and what to type next."""

import shlex
from pathlib import Path

import typer

from opsec.cli import options
from opsec.cli.messages import tell
from opsec.cli.stdio import talk
from opsec.errors import OutputError, UsageError
from opsec.i18n.messages import _, say
from opsec.i18n.safe_text import path_text, plain


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command("demo", help=say(_("Make a small fictional case in a folder and scan it.")))
    def demo(
        folder: Path = options.argument(
            Path("opsec-demo"), text=_("folder to make; default: opsec-demo"), metavar="DIR"
        ),
    ) -> None:
        _make(folder)
        from opsec.app.scan import scan
        from opsec.cli.output import Delivery
        from opsec.cli.progress import shown_progress
        from opsec.settings import Settings

        settings = Settings(sites=str(folder / "geofences"), case=str(folder / "opsec-case.db"))
        delivery = Delivery.ordered([folder / "scan.html"], "table", "review", settings.terminal)
        with shown_progress() as listener:
            done = scan([folder / "posts"], case=settings.case, settings=settings, listener=listener)
        if delivery.of(done) == OutputError.exit_code:
            raise typer.Exit(OutputError.exit_code)
        _what_next(folder)


def _make(folder: Path) -> None:
    from opsec.demo.posts import write_example_posts
    from opsec.demo.sites import write_example_sites

    shown = plain(path_text(folder))
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(_("{folder} is there already and not empty; name another folder", folder=shown))
    try:
        write_example_sites(folder / "geofences")
        write_example_posts(folder / "posts")
    except OSError as error:
        raise OutputError(
            _("{folder} cannot be written ({error}); choose another folder", folder=shown, error=error.strerror or "?")
        ) from error
    tell(_("made a fictional case in {folder}: two sites, and posts about them", folder=shown))


def _what_next(folder: Path) -> None:
    """The three commands a newcomer needs, ready to be copied."""
    here = shlex.quote(path_text(folder))
    case = f"--case {here}/opsec-case.db"
    steps = (
        (_("the evidence, clip by clip, is in:"), f"{here}/scan.html"),
        (_("move a fence and match again without opening a clip:"), f"opsec rematch --sites {here}/geofences {case}"),
        (_("the page for command:"), f"opsec report {case} -o {here}/week.html"),
        (_("start with your own sites:"), "opsec init"),
    )
    for sentence, command in steps:
        tell(sentence)
        with talk() as stream:
            stream.write(f"    {command}\n")
