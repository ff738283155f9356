"""``opsec sites import``: create sites from a map file, and ask which zones to take."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.messages import print_message, print_text
from opsec.cli.stdio import guard_stdout
from opsec.errors import UsageError
from opsec.i18n.messages import Message, _, current_language, ngettext, render
from opsec.i18n.safe_text import display_path, escape_unsafe
from opsec.i18n.suggestions import closest_match

if TYPE_CHECKING:
    from opsec.sites.importing.base_parts import BasePart, ChoosePart
    from opsec.sites.importing.import_sites import ImportResult
    from opsec.sites.importing.site_writer import ImportedSite

ZONE_CHOICES = ("ask", "keep", "skip")
MAX_LISTED_PARTS = 40
"""More zones of one site are counted, not listed."""
_LEAVE_OUT, _BUILDING, _ALL = "skip", "building", "all"


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @add_command(
        app,
        "import",
        _("Import sites from a map file."),
        details=_(
            "Reads KML, KMZ, GeoJSON, GPX and uMap files. Each outline becomes a site with what lies inside it: zones, "
            "buildings and landmarks. A point by itself becomes a site too. What is not imported is named."
        ),
        example="opsec sites import bases.kml --sites geofences",
        exit_codes=exit_codes.SIMPLE,
    )
    def import_(
        file: Path = options.make_argument(..., text=_("file from Google Earth, QGIS or uMap"), metavar="FILE"),
        sites: Path | None = options.sites_option(),
        config: Path | None = options.config_option(),
        ids: list[str] | None = options.make_option(
            None, "--id", text=_("name of the new folder; repeat it for each site, in order"), metavar="NAME"
        ),
        zones: str | None = options.make_option(
            None,
            "--zones",
            text=_("ask about each zone, keep them as proposed, or skip them; default: ask on a terminal, else keep"),
            metavar="ask|keep|skip",
        ),
        close: bool = options.make_option(False, "--close", text=_("also take lines that are not closed as outlines")),
    ) -> None:
        settings = options.load_settings(config)
        from opsec.sites.importing.import_sites import ImportOptions, import_places

        wanted = ImportOptions(tuple(ids or ()), _choice(zones), close)
        _report(import_places(file, sites or Path(settings.sites), settings.home, wanted))


def _choice(asked: str | None) -> "ChoosePart":
    """Return what decides on each zone.

    Raises
    ------
    UsageError
        The choice is not known, or there is nobody to ask.
    """
    from opsec.sites.importing.import_sites import keep_part, leave_out_part

    on_terminal = sys.stdin.isatty() and sys.stderr.isatty()
    choice = ("ask" if on_terminal else "keep") if asked is None else asked
    if choice not in ZONE_CHOICES:
        near = closest_match(choice[:40], ZONE_CHOICES) or "keep"
        raise UsageError(
            _(
                "--zones {choice} is not valid; did you mean {near}?",
                choice=escape_unsafe(choice, limit=40),
                near=near,
            )
        )
    if choice == "ask" and not on_terminal:
        raise UsageError(_("--zones ask needs a terminal; use --zones keep or --zones skip"))
    return {"ask": _Questions().choose, "keep": keep_part, "skip": leave_out_part}[choice]


class _Questions:
    """Ask what each zone or building is, until the answer is valid; a landmark is taken as it is."""

    def __init__(self) -> None:
        self._accept_rest = False

    def choose(self, base: str, part: "BasePart") -> "BasePart | None":
        """Ask for one part; None leaves it out."""
        from opsec.sites.importing.base_parts import ZONE_CLASSES, with_answer

        known = (*ZONE_CLASSES, _BUILDING, _LEAVE_OUT, _ALL)
        while part.role != "landmark" and not self._accept_rest:
            print_message(_question(base, part))
            answer = _read_answer()
            if answer == _LEAVE_OUT:
                return None
            if answer == _ALL:
                self._accept_rest = True
            elif answer in known or not answer:
                return with_answer(part, answer)
            else:
                print_message(_unknown_answer(answer, known))
        return part


def _unknown_answer(answer: str, known: tuple[str, ...]) -> Message:
    near = closest_match(answer[:40], known)
    if near is None:
        return _("answer with one of {known}", known=", ".join(known))
    return _("{answer} is not known; did you mean {near}?", answer=escape_unsafe(answer, limit=40), near=near)


def _read_answer() -> str:
    """Read a line; the prompt goes to standard error, since standard output has the folders."""
    sys.stderr.write("> ")
    sys.stderr.flush()
    try:
        return input().strip().lower()
    except EOFError as error:
        raise UsageError(_("no answer was given, so nothing was imported; use --zones keep or --zones skip")) from error


def _question(base: str, part: "BasePart") -> Message:
    from opsec.reports.site_map import PART_ROLE, ZONE_CLASS

    key = part.zone_class or part.role
    label = ZONE_CLASS[part.zone_class] if part.zone_class else PART_ROLE[part.role]
    return _(
        "{name} in {base}: {proposal}? Press Enter to accept, or type another class, building, skip, or all to accept "
        "the rest",
        name=_part_name(part),
        base=escape_unsafe(base),
        proposal=key if current_language() == "en" else f"{render(label)} ({key})",
    )


def _part_name(part: "BasePart") -> str | Message:
    return f"“{escape_unsafe(part.name)}”" if part.name else _("an unnamed outline")


def _report(result: "ImportResult") -> None:
    """Print the folders on standard output; on standard error what was understood, and what was left out."""
    with guard_stdout() as stream:
        for site in result.sites:
            print_text(display_path(site.folder) + "\n", stream)
    for site in result.sites:
        for line in _site_lines(site):
            print_message(line)
    for reason in result.skipped:
        print_message(reason)
    print_message(
        ngettext(
            "{n} site created; check kind and code in site.toml, then run opsec sites check -o sites.html",
            "{n} sites created; check kind and code in each site.toml, then run opsec sites check -o sites.html",
            len(result.sites),
        )
    )


def _site_lines(site: "ImportedSite") -> Iterator[Message]:
    """Yield one sentence for the site and one for each of its parts."""
    from opsec.i18n.terms import SITE_KIND
    from opsec.reports.site_map import PART_ROLE, ZONE_CLASS

    drawn = _("drawn as an outline") if site.polygons else _("drawn as a point")
    yield _("{site}: {kind}, {drawn}", site=site.id, kind=SITE_KIND[site.kind], drawn=drawn)
    for part in site.parts[:MAX_LISTED_PARTS]:
        role = PART_ROLE[part.role] if part.zone_class is None else ZONE_CLASS[part.zone_class]
        yield _("{site}: {name} is taken as {role}", site=site.id, name=_part_name(part), role=role)
    more = len(site.parts) - MAX_LISTED_PARTS
    if more > 0:
        yield ngettext("{site}: and {n} more", "{site}: and {n} more", more, site=site.id)
