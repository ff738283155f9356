"""``opsec check-text``: check a caption before it is posted. Nothing is stored."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.stdio import guard_stdout
from opsec.errors import UsageError
from opsec.i18n.messages import _, current_language, render
from opsec.i18n.reasons import make_reason

if TYPE_CHECKING:  # importing the records takes time, and a help page does not need them
    from opsec.model import ReadPost


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @add_command(
        app,
        "check-text",
        _("Check a text before you post it."),
        details=_("Shows which words expose one of your sites, and why. Nothing is stored."),
        example="opsec check-text 'Night shift at the camp' --sites geofences",
        exit_codes=exit_codes.CHECK_TEXT,
    )
    def check_text(
        text: list[str] | None = options.make_argument(
            None, text=_("the text; default: read standard input"), metavar="TEXT..."
        ),
        sites: Path | None = options.sites_option(),
        config: Path | None = options.config_option(),
    ) -> None:
        settings = options.load_settings(config)
        from opsec.app.likelihood_settings import likelihood_table_from
        from opsec.app.scan_clip import is_flagged, scan_clip
        from opsec.matching.matcher import build_site_index
        from opsec.reports.check_text import caption_report_lines
        from opsec.reports.terminal import print_line
        from opsec.runtime.process_state import pause_garbage_collection
        from opsec.sites.load import load_sites

        post = _caption_post(" ".join(text) if text else _read_stdin())
        with pause_garbage_collection():
            ours = load_sites(sites or Path(settings.sites), settings.home)
            index = build_site_index(ours, table=likelihood_table_from(settings))
        result = scan_clip(post, index, settings)
        with guard_stdout() as stream:
            for line in caption_report_lines(result, current_language()):
                print_line(line, current_language(), settings.terminal, stream)
        if is_flagged(result):
            raise typer.Exit(exit_codes.FLAGGED)
        raise typer.Exit(exit_codes.NOT_FULLY_CHECKED if post.reasons else exit_codes.OK)


def _caption_post(text: str) -> "ReadPost":
    """Return a post that consists of this caption alone.

    Raises
    ------
    UsageError
        The text is empty: "nothing found" would be misleading.
    """
    from opsec.model import MAX_TEXT_LENGTH, ListedPost, Post, ReadPost

    if not text.strip():
        raise UsageError(_("no text to check; give it in quotes after check-text, or pipe it in"))
    cut = (
        (make_reason("too_long", part="caption", limit=f"{MAX_TEXT_LENGTH:,}"),) if len(text) > MAX_TEXT_LENGTH else ()
    )
    return ReadPost(path="-", parts=(), listed=ListedPost(Post(caption=text[:MAX_TEXT_LENGTH])), reasons=cut)


def _read_stdin() -> str:
    """Read standard input up to one code point more than the limit; invalid UTF-8 becomes escape sequences."""
    from opsec.model import MAX_TEXT_LENGTH

    if sys.stdin.isatty():
        typer.echo(render(_("type or paste the text, then press Enter and Ctrl-D")), err=True)
    return sys.stdin.buffer.read(4 * MAX_TEXT_LENGTH + 1).decode("utf-8-sig", "backslashreplace")
