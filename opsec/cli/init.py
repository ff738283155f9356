"""``opsec init``: a commented ``opsec.toml`` and an empty site to fill in."""

import os
from importlib import resources
from pathlib import Path

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.messages import print_message
from opsec.errors import OutputError, UsageError
from opsec.i18n.messages import _, current_language
from opsec.i18n.safe_text import display_path

FILES = {
    "opsec.toml": "opsec.toml",
    "site.toml": "geofences/my-base/site.toml",
    "fence.geojson": "geofences/my-base/fence.geojson",
}
"""Target path of each template in ``assets/init/<language>``."""


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @add_command(
        app,
        "init",
        _("Create settings and an empty site."),
        details=_(
            "Writes a commented opsec.toml and a site folder for you to fill in. Existing files are not changed."
        ),
        example="opsec init my-unit",
        exit_codes=exit_codes.SIMPLE,
    )
    def init(
        folder: Path = options.make_argument(
            Path(), text=_("target folder; default: the current folder"), metavar="DIR"
        ),
    ) -> None:
        targets = {template: folder / path for template, path in FILES.items()}
        for target in targets.values():
            if target.exists():
                raise UsageError(_("{file} already exists; nothing was written", file=display_path(target)))
        for template, target in targets.items():
            _write(folder, target, _read_template(template))
            print_message(_("wrote {file}", file=display_path(target)))
        print_message(
            _(
                "next: import a map with opsec sites import FILE, or fill in the site and draw its fence; then run "
                "opsec sites check"
            )
        )


def _read_template(name: str) -> str:
    return (resources.files("opsec") / "assets" / "init" / current_language() / name).read_text("utf-8")


def _write(base: Path, target: Path, text: str) -> None:
    """Create a file that only its owner can read: the officer will fill in secret data."""
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
                file=display_path(target),
                error=error.strerror or type(error).__name__,
            )
        ) from error
