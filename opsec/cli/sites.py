"""``opsec sites``: check, list and import the officer's own sites. Coordinates are never printed."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command, help_epilog
from opsec.cli.messages import print_message, print_text
from opsec.cli.stdio import guard_stdout
from opsec.errors import UsageError
from opsec.i18n.messages import _, isolate, ngettext, render
from opsec.i18n.safe_text import display_path, escape_unsafe
from opsec.i18n.suggestions import closest_match

if TYPE_CHECKING:
    from opsec.model import Site
    from opsec.settings import Settings
    from opsec.sites.complaint import Complaint

LIST_FORMATS = ("table", "json")
_COLUMNS = ("id", "code", "kind", "names", "zones", "landmarks", "photos")


def make_app() -> typer.Typer:
    """Build the verbs below ``opsec sites``, in the language in use."""
    app = typer.Typer(
        help=render(_("Check, list and import your sites.")),
        epilog=help_epilog("opsec sites check --sites geofences", exit_codes.SITES_CHECK),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    _add_check(app)
    _add_list(app)
    _add_import(app)
    return app


def _add_check(app: typer.Typer) -> None:
    @add_command(
        app,
        "check",
        _("Find errors in your sites."),
        details=_("Checks the site files, the fences and the landmark photos."),
        example="opsec sites check --sites geofences",
        exit_codes=exit_codes.SITES_CHECK,
    )
    def check(sites: Path | None = options.sites_option(), config: Path | None = options.config_option()) -> None:
        settings = options.load_settings(config)
        from opsec.sites.validation import check_sites

        folder = sites or Path(settings.sites)
        complaints = check_sites(folder, settings.home)
        if not any(complaint.level == "error" for complaint in complaints):
            complaints = (*complaints, *_check_photos(folder, settings))
        level = {"error": render(_("error")), "warning": render(_("warning"))}
        lines = [f"{level[complaint.level]}: {render(complaint.message)}" for complaint in complaints]
        errors = sum(complaint.level == "error" for complaint in complaints)
        counts = (
            ngettext("{n} error", "{n} errors", errors),
            ngettext("{n} warning", "{n} warnings", len(complaints) - errors),
        )
        _print_lines(
            [
                *lines,
                render(_("sites checked: {errors}, {warnings}", errors=render(counts[0]), warnings=render(counts[1]))),
            ]
        )
        if errors:
            raise typer.Exit(UsageError.exit_code)


def _check_photos(folder: Path, settings: "Settings") -> "Iterator[Complaint]":
    """Check the quality of the landmark photos, which are opened for it."""
    from opsec.app.scan import resources_from
    from opsec.matching.landmarks.backend import load_backend
    from opsec.matching.landmarks.reference_quality import check_reference_photos
    from opsec.sites.load import load_sites

    backend = load_backend(resources_from(settings), settings.landmarks.lightglue)
    yield from check_reference_photos(load_sites(folder, settings.home), folder, backend)


def _add_list(app: typer.Typer) -> None:
    @add_command(
        app,
        "list",
        _("List your sites without coordinates."),
        details=_("Shows codes, kinds and counts."),
        example="opsec sites list --format json",
        exit_codes=exit_codes.SIMPLE,
    )
    def list_(
        sites: Path | None = options.sites_option(),
        config: Path | None = options.config_option(),
        format_: str = options.make_option("table", "--format", text=_("table or json"), metavar="table|json"),
    ) -> None:
        settings = options.load_settings(config)
        shape = _validate_format(format_)
        from opsec.sites.load import load_sites

        rows = [_row(site) for site in load_sites(sites or Path(settings.sites), settings.home)]
        if shape == "json":
            _print_lines(
                [json.dumps([dict(zip(_COLUMNS, row, strict=True)) for row in rows], ensure_ascii=False, indent=2)]
            )
        else:
            _print_lines(_align_columns([_headings(), *([str(cell) for cell in row] for row in rows)]))


def _add_import(app: typer.Typer) -> None:
    @add_command(
        app,
        "import",
        _("Import sites from a map file."),
        details=_("Creates one site for each outline or point of a KML, KMZ, GeoJSON or GPX file."),
        example="opsec sites import bases.kml --sites geofences",
        exit_codes=exit_codes.SIMPLE,
    )
    def import_(
        file: Path = options.make_argument(..., text=_("file from Google Earth or QGIS"), metavar="FILE"),
        sites: Path | None = options.sites_option(),
        config: Path | None = options.config_option(),
    ) -> None:
        settings = options.load_settings(config)
        from opsec.sites.importing.import_sites import import_places

        sites_made = import_places(file, sites or Path(settings.sites), settings.home)
        _print_lines(display_path(site.folder) for site in sites_made)
        message = ngettext(
            "{n} site created; set its kind and code in site.toml, then run opsec sites check",
            "{n} sites created; set their kind and code in site.toml, then run opsec sites check",
            len(sites_made),
        )
        print_message(message)


def _validate_format(asked: str) -> str:
    if asked in LIST_FORMATS:
        return asked
    near = closest_match(asked[:40], LIST_FORMATS) or "table"
    raise UsageError(
        _("{format} is not a valid format; did you mean {near}?", format=escape_unsafe(asked, limit=40), near=near)
    )


def _row(site: "Site") -> tuple[str | int, ...]:
    return (
        site.id,
        escape_unsafe(site.code),
        site.kind,
        sum(map(len, site.names.values())),
        sum(fence.role == "zone" for fence in site.fences),
        len(site.landmarks),
        sum(len(landmark.photos) for landmark in site.landmarks),
    )


def _headings() -> list[str]:
    words = (_("id"), _("code"), _("kind"), _("names"), _("zones"), _("landmarks"), _("photos"))
    return [render(word) for word in words]


def _align_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines, with every column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(isolate(cell) + " " * (width - len(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _print_lines(lines: Iterable[str]) -> None:
    with guard_stdout() as stream:
        for line in lines:
            print_text(line + "\n", stream)
