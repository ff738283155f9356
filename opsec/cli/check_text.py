"""``opsec check-text``: a quick look at one caption before it is posted. Nothing is kept."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from opsec.cli import options
from opsec.cli.stdio import results
from opsec.errors import UsageError
from opsec.i18n.messages import _, current, reason, say

if TYPE_CHECKING:  # the nouns take time to build, and help has no need of them
    from opsec.model import ReadPost

FLAGGED, NOT_FULLY_CHECKED = 1, 3


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command("check-text", help=say(_("Look at one text before it is posted: which of its words tell a site.")))
    def check_text(
        text: list[str] | None = options.argument(
            None, text=_("the text; without it, standard input is read"), metavar="TEXT..."
        ),
        sites: Path | None = options.sites(),
        config: Path | None = options.config(),
    ) -> None:
        settings = options.load_settings(config)
        from opsec.app.scan import is_flagged, scan_clip
        from opsec.matching.matcher import prepare
        from opsec.reports.check_text import checked_text
        from opsec.reports.terminal import print_line
        from opsec.sites.load import load_sites

        post = _post(" ".join(text) if text else _standard_input())
        result = scan_clip(post, prepare(load_sites(sites or Path(settings.sites), settings.home)), settings)
        with results() as stream:
            for line in checked_text(result, current()):
                print_line(line, current(), settings.terminal, stream)
        if is_flagged(result):
            raise typer.Exit(FLAGGED)
        raise typer.Exit(NOT_FULLY_CHECKED if post.reasons else 0)


def _post(text: str) -> "ReadPost":
    """The post that the text would become, if it had no picture.

    Raises
    ------
    UsageError
        There is no text: the answer would be "nothing found" for the wrong reason.
    """
    from opsec.model import MAX_TEXT, ListedPost, Post, ReadPost

    if not text.strip():
        raise UsageError(_("there is no text to check; write it in quotes after check-text, or pipe it in"))
    cut = (reason("too_long", part="caption", limit=f"{MAX_TEXT:,}"),) if len(text) > MAX_TEXT else ()
    return ReadPost(path="-", parts=(), listed=ListedPost(Post(caption=text[:MAX_TEXT])), reasons=cut)


def _standard_input() -> str:
    """As much of it as is read, and one more code point where it was longer; bytes that are no UTF-8 are spelled."""
    from opsec.model import MAX_TEXT

    if sys.stdin.isatty():
        typer.echo(say(_("write or paste the text, then a new line and Ctrl-D")), err=True)
    return sys.stdin.buffer.read(4 * MAX_TEXT + 1).decode("utf-8-sig", "backslashreplace")
