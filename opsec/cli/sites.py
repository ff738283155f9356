"""``opsec sites``: check, list and import the officer's own places. No coordinate is ever printed."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from opsec.cli import options
from opsec.cli.messages import show, tell
from opsec.cli.stdio import results
from opsec.errors import UsageError
from opsec.i18n.messages import _, counted, isolate, say
from opsec.i18n.safe_text import path_text, plain
from opsec.i18n.suggestions import nearest

if TYPE_CHECKING:
    from opsec.model import Site
    from opsec.settings import Settings
    from opsec.sites.complaint import Complaint

FORMATS = ("table", "json")
_COLUMNS = ("id", "code", "kind", "names", "zones", "landmarks", "photos")


def make_app() -> typer.Typer:
    """The verbs below ``opsec sites``, worded in the language in use."""
    app = typer.Typer(
        help=say(_("Check, list and import the sites that posts are held against.")),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    _add_check(app)
    _add_list(app)
    _add_import(app)
    return app


def _add_check(app: typer.Typer) -> None:
    @app.command("check", help=say(_("Find what is wrong with the sites; exit code 2 when a scan would refuse them.")))
    def check(sites: Path | None = options.sites(), config: Path | None = options.config()) -> None:
        settings = options.load_settings(config)
        from opsec.sites.validation import check_sites

        folder = sites or Path(settings.sites)
        complaints = check_sites(folder, settings.home)
        if not any(complaint.level == "error" for complaint in complaints):
            complaints = (*complaints, *_weak_landmarks(folder, settings))
        level = {"error": say(_("error")), "warning": say(_("warning"))}
        lines = [f"{level[complaint.level]}: {say(complaint.message)}" for complaint in complaints]
        errors = sum(complaint.level == "error" for complaint in complaints)
        said = (
            counted("{n} error", "{n} errors", errors),
            counted("{n} warning", "{n} warnings", len(complaints) - errors),
        )
        _print([*lines, say(_("sites checked: {errors}, {warnings}", errors=say(said[0]), warnings=say(said[1])))])
        if errors:
            raise typer.Exit(UsageError.exit_code)


def _weak_landmarks(folder: Path, settings: "Settings") -> "Iterator[Complaint]":
    """What opening the photos of the landmarks shows."""
    from opsec.app.scan import kit_of
    from opsec.matching.landmarks.backend import backend_of
    from opsec.matching.landmarks.reference_quality import weak_landmarks
    from opsec.sites.load import load_sites

    backend = backend_of(kit_of(settings), settings.landmarks.lightglue)
    yield from weak_landmarks(load_sites(folder, settings.home), folder, backend)


def _add_list(app: typer.Typer) -> None:
    @app.command("list", help=say(_("List the sites: codes, kinds and counts, no coordinates.")))
    def list_(
        sites: Path | None = options.sites(),
        config: Path | None = options.config(),
        format_: str = options.option("table", "--format", text=_("table or json"), metavar="table|json"),
    ) -> None:
        settings = options.load_settings(config)
        shape = _known_format(format_)
        from opsec.sites.load import load_sites

        rows = [_row(site) for site in load_sites(sites or Path(settings.sites), settings.home)]
        if shape == "json":
            _print([json.dumps([dict(zip(_COLUMNS, row, strict=True)) for row in rows], ensure_ascii=False, indent=2)])
        else:
            _print(_aligned([_headings(), *([str(cell) for cell in row] for row in rows)]))


def _add_import(app: typer.Typer) -> None:
    @app.command("import", help=say(_("Make a site of every outline and point of a KML, KMZ, GeoJSON or GPX file.")))
    def import_(
        file: Path = options.argument(..., text=_("file from Google Earth or QGIS"), metavar="FILE"),
        sites: Path | None = options.sites(),
        config: Path | None = options.config(),
    ) -> None:
        settings = options.load_settings(config)
        from opsec.sites.importing.import_sites import import_places

        made = import_places(file, sites or Path(settings.sites), settings.home)
        _print(plain(path_text(site.folder)) for site in made)
        said = counted(
            "{n} site made; set its kind and code in site.toml, then run opsec sites check",
            "{n} sites made; set their kind and code in site.toml, then run opsec sites check",
            len(made),
        )
        tell(said)


def _known_format(asked: str) -> str:
    if asked in FORMATS:
        return asked
    near = nearest(asked[:40], FORMATS) or "table"
    raise UsageError(
        _("{format} is no format of this list; did you mean {near}?", format=plain(asked, limit=40), near=near)
    )


def _row(site: "Site") -> tuple[str | int, ...]:
    return (
        site.id,
        plain(site.code),
        site.kind,
        sum(map(len, site.names.values())),
        sum(fence.role == "zone" for fence in site.fences),
        len(site.landmarks),
        sum(len(landmark.photos) for landmark in site.landmarks),
    )


def _headings() -> list[str]:
    words = (_("id"), _("code"), _("kind"), _("names"), _("zones"), _("landmarks"), _("photos"))
    return [say(word) for word in words]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines, every column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(isolate(cell) + " " * (width - len(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _print(lines: Iterable[str]) -> None:
    with results() as stream:
        for line in lines:
            show(line + "\n", stream)
