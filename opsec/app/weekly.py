"""The weekly report: which week, what the sites add to the case file, and the files that are written of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from opsec.casefile import week_reading
from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.integrity import check_integrity
from opsec.casefile.iso_week import WEEKDAYS, Week
from opsec.casefile.week_data import WeekOptions
from opsec.casefile.week_evidence import evidence_posts
from opsec.errors import SettingsError, UsageError
from opsec.i18n.messages import Lang, _
from opsec.i18n.safe_text import display_path, escape_unsafe
from opsec.model import Exposure, Site, SiteFacts
from opsec.model.exposure import EDITIONS, Edition, EvidencePost, WeekBasis
from opsec.reports.weekly_csv import render_weekly_csv
from opsec.reports.weekly_json import render_weekly_json
from opsec.reports.weekly_page import render_weekly_page
from opsec.sandbox.pdf_process import write_pdf
from opsec.settings import Settings

SUFFIXES = (".html", ".htm", ".pdf", ".json", ".csv")
BASES: tuple[WeekBasis, ...] = ("posted", "scanned")


def parse_edition(text: str) -> Edition:
    """Return an edition by its name; ``UsageError`` for any other text."""
    for edition in EDITIONS:
        if text == edition:
            return edition
    raise UsageError(
        _("{name} is not an edition; use command, officer or evidence", name=escape_unsafe(text, limit=40))
    )


def parse_basis(text: str) -> WeekBasis:
    """Return by which time clips belong to a week; ``UsageError`` for any other text."""
    for basis in BASES:
        if text == basis:
            return basis
    raise UsageError(_("--by cannot be {name}; use posted or scanned", name=escape_unsafe(text, limit=40)))


def check_outputs(outputs: Sequence[Path]) -> None:
    """Check the ends of the names of files; ``UsageError`` names those that are possible."""
    for output in outputs:
        if output.suffix.lower() not in SUFFIXES:
            raise UsageError(
                _(
                    "{file}: the weekly page is HTML, PDF, JSON or CSV; choose a name that ends in .html, .pdf, .json "
                    "or .csv",
                    file=display_path(output),
                )
            )


def choose_week(text: str | None, settings: Settings, sites: Sequence[Site], at: datetime) -> Week:
    """Return the week that was typed (default: that of a time) as the settings define weeks.

    Raises
    ------
    UsageError, SettingsError
        The text is no week, or the time zone of the settings does not exist.
    """
    first_weekday, zone = WEEKDAYS.index(settings.week.start), report_zone(settings, sites)
    return Week.of(at, first_weekday, zone) if text is None else Week.parse(text, first_weekday, zone)


def report_zone(settings: Settings, sites: Sequence[Site]) -> tzinfo | None:
    """Return the time zone of the report: of the settings, else of all sites, else None for that of this machine."""
    of_sites = {site.time_zone for site in sites}
    name = settings.week.time_zone or (of_sites.pop() if len(of_sites) == 1 else None)
    try:
        return None if name is None else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingsError(
            _("week.time_zone {name} does not exist; write it as in Asia/Baghdad", name=escape_unsafe(name or ""))
        ) from error


def site_facts(sites: Sequence[Site]) -> Mapping[str, SiteFacts]:
    """Return what the report needs of the sites, by their ids."""
    return {
        site.id: SiteFacts(
            code=site.code,
            name=next((name for names in site.names.values() for name in names), ""),
            unit=site.unit,
            time_zone=site.time_zone,
            zones={
                fence.name: fence.zone_class or "other" for fence in site.fences if fence.role == "zone" and fence.name
            },
        )
        for site in sites
    }


def week_options(settings: Settings, sites: Sequence[Site], basis: WeekBasis = "posted") -> WeekOptions:
    """Return how a week is to be summed up."""
    return WeekOptions(
        basis=basis,
        sites=site_facts(sites),
        due_days=settings.takedown.due_days,
        reporter=settings.report.unit,
    )


def is_long(case: str, week: Week, options: WeekOptions) -> bool:
    """Return whether the weeks of an existing case must be added up first, which takes minutes in a large one.

    Raises
    ------
    CaseError
        The case file cannot be read.
    """
    with open_case(case) as case_file:
        return week_reading.is_long(case_file.transactions, week, options)


def sum_up_week(case: str, week: Week, edition: Edition, options: WeekOptions, at: datetime | None = None) -> Exposure:
    """Sum up a week of an existing case; with posts, names and positions only for the edition ``evidence``.

    Raises
    ------
    CaseError
        The case file cannot be read.
    """
    now = at or datetime.now(UTC)
    with open_case(case) as case_file:
        check_integrity(case_file.transactions)
        exposure = case_file.exposure(week, now, options)
        return replace(exposure, evidence=_evidence(case_file, exposure)) if edition == "evidence" else exposure


def _evidence(case_file: CaseFile, exposure: Exposure) -> tuple[EvidencePost, ...]:
    """Return the posts of the findings of the week with their captions, which no column has."""
    with case_file.transactions.read() as connection:
        posts = evidence_posts(connection, exposure.numbers)
    captions: dict[tuple[str, str], str] = {}
    for number in {post.number for post in posts}:
        for read in case_file.posts_of_finding(number, ""):
            known = [read.listed.post if read.listed else None, *(part.reading.post for part in read.parts)]
            captions[number, read.path] = next((one.caption for one in known if one and one.caption), "")
    return tuple(replace(post, caption=captions.get((post.number, post.path)) or None) for post in posts)


def renderers(
    exposure: Exposure, edition: Edition, lang: Lang, settings: Settings
) -> Mapping[str, Callable[[], bytes]]:
    """Return how each form of the report is rendered, by the end of the file's name."""

    def page() -> bytes:
        return render_weekly_page(exposure, lang, edition, settings.report.digits)

    return {
        ".html": page,
        ".htm": page,
        ".pdf": lambda: write_pdf(page(), lang),
        ".json": lambda: render_weekly_json(exposure, edition),
        ".csv": lambda: render_weekly_csv(exposure, edition),
    }
