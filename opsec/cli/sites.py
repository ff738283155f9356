"""``opsec sites``: check, list and import the officer's own sites. Coordinates are never printed."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from opsec.cli import exit_codes, options, sites_import, sites_pack, sites_try
from opsec.cli.command_help import add_command, help_epilog
from opsec.cli.messages import print_message, print_text
from opsec.cli.stdio import guard_stdout
from opsec.errors import UsageError
from opsec.i18n.messages import _, current_language, isolate, ngettext, render
from opsec.i18n.safe_text import display_path, escape_unsafe
from opsec.i18n.suggestions import closest_match
from opsec.i18n.terms import SITE_KIND

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
    sites_import.add_to(app)
    sites_try.add_to(app)
    sites_pack.add_to(app)
    return app


def _add_check(app: typer.Typer) -> None:
    @add_command(
        app,
        "check",
        _("Find errors in your sites."),
        details=_(
            "Checks the site files, the fences and the landmark photos, and names all errors of all sites. With -o it "
            "draws the sites on a page, which is secret as they are."
        ),
        example="opsec sites check --sites geofences -o sites.html",
        exit_codes=exit_codes.SITES_CHECK,
    )
    def check(
        sites: Path | None = options.sites_option(),
        config: Path | None = options.config_option(),
        output: Path | None = options.make_option(
            None, "-o", "--output", text=_("draw the sites on this HTML page; it holds secrets"), metavar="FILE"
        ),
    ) -> None:
        settings = options.load_settings(config)
        _check_output(output)
        from opsec.sites.validation import check_sites

        folder = sites or Path(settings.sites)
        found = check_sites(folder, settings.home)
        complaints = (*found.complaints, *_check_photos(found.sites, folder, settings))
        _print_complaints(complaints)
        if output is not None:
            _write_map(output, found.sites, complaints)
        if any(complaint.level == "error" for complaint in complaints):
            raise typer.Exit(UsageError.exit_code)


def _check_output(output: Path | None) -> None:
    """Check that the page can be written before the photos are opened, which takes time."""
    if output is None:
        return
    if output.suffix.lower() not in {".html", ".htm"}:
        raise UsageError(_("{file} must end in .html: the sites are drawn on an HTML page", file=display_path(output)))
    from opsec.reports.atomic_write import check_writable

    check_writable(output)


def _print_complaints(complaints: Sequence["Complaint"]) -> None:
    level = {"error": render(_("error")), "warning": render(_("warning")), "note": render(_("note"))}
    lines = [f"{level[complaint.level]}: {render(complaint.message)}" for complaint in complaints]
    errors, warnings = (sum(complaint.level == one for complaint in complaints) for one in ("error", "warning"))
    counts = (
        ngettext("{n} error", "{n} errors", errors),
        ngettext("{n} warning", "{n} warnings", warnings),
    )
    last = render(_("sites checked: {errors}, {warnings}", errors=render(counts[0]), warnings=render(counts[1])))
    _print_lines([*lines, last])


def _write_map(output: Path, sites: Sequence["Site"], complaints: Sequence["Complaint"]) -> None:
    from opsec.reports.atomic_write import write_atomically
    from opsec.reports.site_map import render_site_map

    write_atomically(output, render_site_map(sites, complaints, current_language()))
    print_message(
        _(
            "{file} shows the names and outlines of your sites: keep it as secret as they are; only this account can "
            "read it",
            file=display_path(output),
        )
    )


def _check_photos(sites: Sequence["Site"], folder: Path, settings: "Settings") -> "Iterator[Complaint]":
    """Check the quality of the landmark photos, which are opened for it."""
    if not any(landmark.photos for site in sites for landmark in site.landmarks):
        return
    from opsec.app.scan import resources_from
    from opsec.matching.landmarks.backend import load_backend
    from opsec.matching.landmarks.reference_quality import check_reference_photos

    backend = load_backend(resources_from(settings), settings.landmarks.lightglue)
    yield from check_reference_photos(sites, folder, backend)


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

        known = load_sites(sites or Path(settings.sites), settings.home)
        if shape == "json":
            _print_lines(
                [
                    json.dumps(
                        [dict(zip(_COLUMNS, _row(site, site.kind), strict=True)) for site in known],
                        ensure_ascii=False,
                        indent=2,
                    )
                ]
            )
        else:
            rows = (_row(site, render(SITE_KIND[site.kind])) for site in known)
            _print_lines(_align_columns([_headings(), *([str(cell) for cell in row] for row in rows)]))


def _validate_format(asked: str) -> str:
    if asked in LIST_FORMATS:
        return asked
    near = closest_match(asked[:40], LIST_FORMATS) or "table"
    raise UsageError(
        _("{format} is not a valid format; did you mean {near}?", format=escape_unsafe(asked, limit=40), near=near)
    )


def _row(site: "Site", kind: str) -> tuple[str | int, ...]:
    """Return the cells of a site; ``kind`` is its kind as it is to be shown."""
    return (
        site.id,
        escape_unsafe(site.code),
        kind,
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
