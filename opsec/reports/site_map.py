"""Render the officer's sites as one HTML page: a plan of each, and everything that was understood of it.

The page contains secrets: the names, and outlines to scale. It belongs to the officer and is never shared.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from opsec.i18n.messages import Lang, Message, _, isolate, ngettext, render
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.terms import SITE_KIND
from opsec.model import Geofence, Landmark, Site, ZoneClass
from opsec.reports.html import render_template
from opsec.reports.site_plan_drawing import SiteDrawing, draw_site, is_numbered
from opsec.reports.value_format import join_list
from opsec.sites.complaint import Complaint

ZONE_CLASS: Mapping[ZoneClass, Message] = {
    "gate": _("gate"),
    "perimeter": _("fence or wall"),
    "guard_post": _("guard post"),
    "armoury": _("armoury"),
    "vehicle_park": _("vehicle park"),
    "antenna": _("antenna"),
    "headquarters": _("headquarters"),
    "housing": _("housing"),
    "other": _("other zone"),
}
PART_ROLE: Mapping[str, Message] = {"zone": _("other zone"), "building": _("building"), "landmark": _("landmark")}
_TIMES = "{} × {}"


@dataclass(frozen=True, slots=True)
class SitePartView:
    """One zone, building or landmark in the list beside the plan."""

    number: int
    style: str
    """Style of its key; the same as on the plan."""
    name: str
    kind: str
    sensitivity: str
    details: str


@dataclass(frozen=True, slots=True)
class SiteView:
    """What the page shows of one site."""

    title: str
    id: str
    facts: list[tuple[str, str]]
    parts: list[SitePartView]
    drawing: SiteDrawing | None
    scale_caption: str
    notes: list[str]
    legend: list[tuple[str, str]]
    """Style and label of each kind of outline on the plan."""


@dataclass(frozen=True, slots=True)
class ComplaintView:
    """One error or warning."""

    level: str
    text: str
    is_error: bool


def render_site_map(sites: Sequence[Site], complaints: Sequence[Complaint], lang: Lang) -> bytes:
    """Render the page.

    Parameters
    ----------
    sites
        The sites without an error.
    complaints
        Errors and warnings of all sites.
    lang
        Language of the page; Arabic pages run from right to left.

    Returns
    -------
    bytes
        The page in UTF-8.
    """
    levels = {"error": _("error"), "warning": _("warning"), "note": _("note")}
    found = [
        ComplaintView(render(levels[one.level], lang), render(one.message, lang), one.level == "error")
        for one in complaints
    ]
    return render_template(
        "site_map.html", lang, {"sites": [site_view(site, lang) for site in sites], "complaints": found}
    )


def site_view(site: Site, lang: Lang) -> SiteView:
    """Build the view of one site."""
    parts: list[Geofence | Landmark] = [*(one for one in site.fences if one.role != "perimeter"), *site.landmarks]
    parts.sort(key=lambda part: not is_numbered(part))
    drawing = draw_site(site, parts)
    names = [listed[0] for listed in (site.names or site.unit_names).values()]
    outside = drawing.outside if drawing else frozenset()
    rows = [
        _row(number, part, site, number in outside, lang) for number, part in enumerate(parts, 1) if is_numbered(part)
    ]
    return SiteView(
        title=" · ".join(isolate(escape_unsafe(name), lang) for name in names[:3]),
        id=site.id,
        facts=[(render(label, lang), value) for label, value in _facts(site, drawing, lang)],
        parts=rows,
        drawing=drawing,
        scale_caption=render(_("{metres} m", metres=drawing.bar_m), lang) if drawing else "",
        notes=[render(note, lang) for note in _notes(drawing, len(parts) - len(rows))],
        legend=[(style, render(label, lang)) for style, label in _legend(drawing)],
    )


def _facts(site: Site, drawing: SiteDrawing | None, lang: Lang) -> Iterator[tuple[Message, str]]:
    """Yield labels and values of what ``site.toml`` says."""

    def listed(names: Sequence[str]) -> str:
        return join_list([isolate(escape_unsafe(name), lang) for name in names], lang)

    yield _("kind"), render(SITE_KIND[site.kind], lang)
    yield _("names"), listed(list(chain.from_iterable(site.names.values()))) or render(_("none"), lang)
    if site.weak_names:
        yield _("names that need a military word beside them"), listed(site.weak_names)
    if site.not_ours:
        yield _("similar names of other places"), listed(site.not_ours)
    if site.unit_names:
        yield _("units stationed here"), listed(list(chain.from_iterable(site.unit_names.values())))
    yield _("name in shared reports"), isolate(escape_unsafe(site.code), lang)
    if site.unit:
        yield _("unit"), isolate(escape_unsafe(site.unit), lang)
    yield _("sensitivity"), isolate(f"{site.sensitivity:g}", lang)
    yield _("alert radius"), render(_("{metres} m", metres=site.alert_radius_m), lang)
    if drawing:
        size = _TIMES.format(f"{drawing.width_m:,.0f}", f"{drawing.height_m:,.0f}")
        yield _("fence"), render(_("{metres} m, {hectares} ha", metres=size, hectares=drawing.area_m2 / 10_000), lang)
    if site.quiet_hours:
        zone = site.time_zone or "?"
        yield _("quiet hours"), isolate(f"{site.quiet_hours[0]}–{site.quiet_hours[1]} {zone}", lang)


def _row(number: int, part: Geofence | Landmark, site: Site, outside: bool, lang: Lang) -> SitePartView:
    if isinstance(part, Landmark):
        kind, style = PART_ROLE["landmark"], "landmark"
        name = join_list([escape_unsafe(name) for name in chain.from_iterable(part.names.values())], lang) or part.id
        details = list(_landmark_details(part))
    else:
        is_zone = part.role == "zone"
        kind = ZONE_CLASS[part.zone_class or "other"] if is_zone else PART_ROLE["building"]
        style = f"zone-{part.zone_class or 'other'}" if is_zone else "building"
        name, details = escape_unsafe(part.name or ""), []
    if outside:
        details.append(_("outside the plan"))
    sensitivity = site.sensitivity if part.sensitivity is None else part.sensitivity
    return SitePartView(
        number=number,
        style=style,
        name=name,
        kind=render(kind, lang),
        sensitivity=f"{sensitivity:g}",
        details=join_list([render(detail, lang) for detail in details], lang),
    )


def _landmark_details(landmark: Landmark) -> Iterator[Message]:
    yield ngettext("{n} photo", "{n} photos", len(landmark.photos))
    if landmark.heading_deg is not None:
        yield _("faces {heading}", heading=f"{landmark.heading_deg:.0f}°")
    if landmark.zone:
        yield _("in {zone}", zone=escape_unsafe(landmark.zone))
    if landmark.position is None:
        yield _("no position, so it is not on the plan")


def _notes(drawing: SiteDrawing | None, unnamed: int) -> Iterator[Message]:
    if drawing is None:
        yield _("No fence and no position: this site is matched by its words and photos alone.")
    elif not drawing.shows_alert:
        yield _("The alert radius is much larger than the site and is not drawn.")
    if unnamed:
        yield ngettext("{n} building without a name is drawn.", "{n} buildings without names are drawn.", unnamed)


def _legend(drawing: SiteDrawing | None) -> Iterator[tuple[str, Message]]:
    """Yield what the styles on the plan mean, each once."""
    drawn = {outline.style for outline in drawing.outlines} if drawing else set()
    known = {
        "fence": _("fence"),
        "alert": _("alert radius"),
        **{f"zone-{zone_class}": label for zone_class, label in ZONE_CLASS.items()},
        "building": _("building"),
    }
    yield from ((style, label) for style, label in known.items() if style in drawn)
    if drawing and drawing.marks:
        yield "landmark", _("landmark; the arrow is the side that its photos show")
