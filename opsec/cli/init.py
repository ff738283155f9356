"""``opsec init``: a commented ``opsec.toml`` and an empty site to fill in."""

import os
from importlib import resources
from pathlib import Path

import typer

from opsec.cli import options
from opsec.cli.messages import tell
from opsec.errors import OutputError, UsageError
from opsec.i18n.messages import _, current, say
from opsec.i18n.safe_text import path_text, plain

FILES = {
    "opsec.toml": "opsec.toml",
    "site.toml": "geofences/my-base/site.toml",
    "fence.geojson": "geofences/my-base/fence.geojson",
}
"""Templates in ``assets/init/<language>`` and where they go."""


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command("init", help=say(_("Write commented settings and an empty site for you to fill in.")))
    def init(
        folder: Path = options.argument(Path(), text=_("where to write; default: this folder"), metavar="DIR"),
    ) -> None:
        targets = {template: folder / place for template, place in FILES.items()}
        for target in targets.values():
            if target.exists():
                raise UsageError(_("{file} is there already; nothing was written", file=_shown(target)))
        for template, target in targets.items():
            _write(folder, target, _template(template))
            tell(_("wrote {file}", file=_shown(target)))
        tell(_("now fill in the site, draw its fence, and check it with: opsec sites check"))


def _template(name: str) -> str:
    return (resources.files("opsec") / "assets" / "init" / current() / name).read_text("utf-8")


def _write(base: Path, target: Path, text: str) -> None:
    """A new file for no other account's eyes: what the officer will write into it is secret."""
    try:
        base.mkdir(parents=True, exist_ok=True)
        for folder in reversed(target.relative_to(base).parents[:-1]):
            (base / folder).mkdir(mode=0o700, exist_ok=True)  # mkdir's own parents would get the usual mode
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise OutputError(
            _(
                "{file} cannot be written ({error}); choose a folder that you may write to",
                file=_shown(target),
                error=error.strerror or type(error).__name__,
            )
        ) from error


def _shown(path: Path) -> str:
    return plain(path_text(path))
