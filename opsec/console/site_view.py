"""Everything that the page of one site shows: what its clips reveal together, which to remove, and its clips."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from opsec.casefile.base_history import BaseHistory
from opsec.casefile.site_record import SiteRecord
from opsec.console.basemap_plan import PlanImage, plan_images
from opsec.console.basemaps import Basemap
from opsec.console.map_drawing import PlanOverlay, ground_overlay, ground_shape, runs
from opsec.console.map_features import own_name
from opsec.i18n.messages import Lang, Message, _, isolate, ngettext, render
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.terms import ACTION, FINDING_STATE
from opsec.matching.layout.coverage_record import fence_hash
from opsec.model import Action, FindingState, ListedFinding, Site
from opsec.reports.accumulated_view import AccumulatedView, accumulated_view
from opsec.reports.clip_facts import local_time
from opsec.reports.finding_records import first_post
from opsec.reports.masking import mask_path
from opsec.reports.site_map import SiteView, site_view
from opsec.reports.site_plan_drawing import PlanFrame, plan_frame
from opsec.reports.value_format import format_percent, join_list
from opsec.verdict.mosaic import SiteUnion, UnionLayers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

MAX_CLIPS = 200
"""Clips in the list; the queue shows all of them."""
MAX_ZONES = 60
MAX_NAME_LENGTH = 120
COMPASS_PX = 120
"""Side of the square in which the directions are drawn."""


@dataclass(frozen=True, slots=True)
class SiteClipRow:
    """A clip of the site."""

    number: str
    path: str
    account: str
    posted_at: str
    posts: int
    action: Action
    action_word: str
    likelihood: str
    state: FindingState
    state_word: str
    shows: str
    """Share of the base that it shows alone; empty when it is not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MosaicView:
    """What all clips that are still online show together."""

    facts: list[tuple[str, str]]
    zones: str
    """Names of the zones in view."""
    compass: list[str]
    """SVG paths of the directions in view, north up."""
    overlay: PlanOverlay | None
    """Ground in view; None when it was computed with another fence or there is none."""
    notes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePage:
    """The page of one site."""

    code: str
    name: str
    plan: SiteView | None
    """None for a site that the sites folder does not have."""
    images: list[PlanImage]
    """Basemap under the plan."""
    source: str
    """Address of the features of its map; empty without a fence."""
    mosaic: MosaicView | None
    together: AccumulatedView
    clips: list[SiteClipRow]
    clips_left_out: str
    notes: list[str]


def build_site_page(  # noqa: PLR0913, PLR0917 - all parts of a page
    code: str,
    site: Site | None,
    record: SiteRecord,
    found: Sequence[ListedFinding],
    lang: Lang,
    basemaps: Sequence[Basemap] = (),
) -> SitePage:
    """Build the page of a site.

    Parameters
    ----------
    code
        Of the site.
    site
        As the sites folder describes it; None when it does not have it.
    record
        What the case file keeps about it.
    found
        Its findings, in the order of the list.
    lang
        Language of the page.
    basemaps
        Maps of the officer's own.
    """
    frame = None if site is None else plan_frame(site)
    union = None if record.base is None else union_of(record.base)
    hidden = max(0, len(found) - MAX_CLIPS)
    more = ngettext("{n} more clip is in the queue.", "{n} more clips are in the queue.", hidden)
    has_fence = site is not None and any(fence.role == "perimeter" for fence in site.fences)
    time_zone = None if site is None else site.time_zone
    return SitePage(
        code=escape_unsafe(code, limit=MAX_NAME_LENGTH),
        name="" if site is None else own_name(site, lang),
        plan=None if site is None else site_view(site, lang),
        images=[] if frame is None else plan_images(basemaps, frame),
        source=f"/site/{quote(code, safe='')}/map.json" if has_fence else "",
        mosaic=None if union is None or record.base is None else _mosaic_view(union, record.base, site, lang),
        together=accumulated_view(record, lang),
        clips=[_clip_row(one, union, time_zone, lang) for one in found[:MAX_CLIPS]],
        clips_left_out=render(more, lang) if hidden else "",
        notes=[render(note, lang) for note in _notes(site, found)],
    )


def _notes(site: Site | None, found: Sequence[ListedFinding]) -> Iterator[Message]:
    if site is None:
        yield _("The sites folder does not have this site any more: there is no plan of it.")
    if not found:
        yield _("The case file has no finding of this site.")


# ── the mosaic ────────────────────────────────────────────────────────────────────────────────
def union_of(base: BaseHistory) -> SiteUnion:
    """Unite what the clips of a site show that are still online."""
    return SiteUnion({key: clip.shown for key, clip in base.clips.items() if not clip.is_removed}, base.plan)


def _mosaic_view(union: SiteUnion, base: BaseHistory, site: Site | None, lang: Lang) -> MosaicView:
    covered = union.all_clips()
    parts, layers = union.parts(covered), union.layers(covered)
    zones = str(parts.zones)
    if union.zone_count:
        zones = render(_("{count} of {all}", count=parts.zones, all=union.zone_count), lang)
    words = [_("presence")] if parts.presence else []
    words += [_("strength or schedule")] if parts.strength else []
    known: tuple[tuple[Message, str], ...] = (
        (_("clips online"), isolate(len(union.keys), lang)),
        (_("clips removed"), isolate(len(base.clips) - len(union.keys), lang)),
        (_("share of the base"), isolate(format_percent(parts.exposure), lang)),
        (_("ground in view"), isolate(format_percent(parts.ground), lang)),
        (_("directions"), isolate(f"{parts.headings_deg:.0f}°", lang)),
        (_("zones in view"), zones),
        (_("words on"), join_list([render(word, lang) for word in words], lang) or "–"),
    )
    frame = None if site is None else plan_frame(site)
    ground = _ground(layers, base, frame)
    return MosaicView(
        facts=[(render(name, lang), value) for name, value in known],
        zones=_zone_names(layers, lang),
        compass=compass_paths(layers.headings),
        overlay=None if ground is None else ground_overlay(*ground, lang),
        notes=[render(note, lang) for note in _mosaic_notes(union, base, frame)],
    )


def _layers(union: SiteUnion) -> UnionLayers:
    return union.layers(union.all_clips())


def _zone_names(layers: UnionLayers, lang: Lang) -> str:
    shown = [isolate(escape_unsafe(name, limit=MAX_NAME_LENGTH), lang) for name in layers.zones[:MAX_ZONES]]
    return join_list([*shown, *(["…"] if len(layers.zones) > MAX_ZONES else [])], lang)


def ground_in_view(base: BaseHistory, site: Site) -> "tuple[BaseGeometry, PlanFrame] | None":
    """Return the ground that the clips of a site show, and its plan; None if it is unknown for the present fence."""
    return _ground(_layers(union_of(base)), base, plan_frame(site))


def _ground(layers: UnionLayers, base: BaseHistory, frame: PlanFrame | None) -> "tuple[BaseGeometry, PlanFrame] | None":
    if frame is None or not layers.ground.any() or base.plan != fence_hash(frame.fence):
        return None
    return ground_shape(layers.ground, frame), frame


def _mosaic_notes(union: SiteUnion, base: BaseHistory, frame: PlanFrame | None) -> Iterator[Message]:
    redrawn = frame is not None and base.plan is not None and base.plan != fence_hash(frame.fence)
    if redrawn:
        yield _("The fence was redrawn after the last scan: run opsec rematch to see the ground in view.")
    elif union.outdated:
        yield ngettext(
            "The ground of {n} clip was computed with an older fence and is left out; run opsec rematch.",
            "The ground of {n} clips was computed with an older fence and is left out; run opsec rematch.",
            union.outdated,
        )


def compass_paths(headings: "NDArray[np.bool_]") -> list[str]:
    """Return SVG paths of the directions in view, clockwise from north, in a square of ``COMPASS_PX``.

    Parameters
    ----------
    headings
        One truth value for each degree, shape (360,).
    """
    seen = headings.tolist()
    if all(seen):  # an arc from a point to itself is not drawn
        return [_sector(0, 180), _sector(180, 180)]
    return [_sector(begin, end - begin) for begin, end in runs(seen)]


def _sector(begin_deg: float, extent_deg: float) -> str:
    middle, radius = COMPASS_PX / 2, COMPASS_PX / 2 - 6

    def at(angle_deg: float) -> str:
        angle = math.radians(angle_deg)
        return f"{middle + radius * math.sin(angle):.1f} {middle - radius * math.cos(angle):.1f}"

    large = int(extent_deg > 180)
    return f"M {middle} {middle} L {at(begin_deg)} A {radius} {radius} 0 {large} 1 {at(begin_deg + extent_deg)} Z"


# ── clips ─────────────────────────────────────────────────────────────────────────────────────
def _clip_row(one: ListedFinding, union: SiteUnion | None, time_zone: str | None, lang: Lang) -> SiteClipRow:
    post = first_post(one)
    share = union.exposure_of(one.copy_of or one.fingerprint) if union is not None else 0.0
    return SiteClipRow(
        number=one.number,
        path=mask_path(post.path),
        account=escape_unsafe(post.author or "", limit=MAX_NAME_LENGTH),
        posted_at=escape_unsafe(local_time(post.posted_at, time_zone) or "", limit=60),
        posts=len(one.posts),
        action=one.action,
        action_word=render(ACTION[one.action], lang),
        likelihood=format_percent(one.likelihood),
        state=one.decision.state,
        state_word=render(FINDING_STATE[one.decision.state], lang),
        shows=format_percent(share) if share > 0 else "",
    )
