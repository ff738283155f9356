"""The page of one clip, and the features of its map."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from opsec.app.takedown_beside import requests_beside_case
from opsec.console.basemaps import basemap_layers
from opsec.console.clip_view import build_clip_page
from opsec.console.failures import failure_page
from opsec.console.map_features import clip_features, feature_collection, site_features
from opsec.console.preview import has_preview
from opsec.console.recent_clips import find_evidence, recent_clips
from opsec.console.rendering import language_of, render_page
from opsec.console.state import console_of
from opsec.console.takedown_form import can_be_asked
from opsec.i18n.messages import Message
from opsec.i18n.safe_text import display_path
from opsec.model import Site

MAX_REQUESTS = 5
"""Folders of requests that the page of a clip names."""
MAX_MAP_SITES = 5
"""Sites whose outlines are on the map of one clip."""


def clip_page(request: Request) -> Response:
    """Show the page of a post, named by its key or by the number of a finding; 404 for an unknown one."""
    found = find_evidence(request)
    if isinstance(found, Message):
        return failure_page(request, found, 404)
    page = build_clip_page(
        found, sites_by_id(request), datetime.now(UTC), language_of(request), console_of(request).basemaps
    )
    return render_page(
        request,
        "console/clip.html",
        page=page,
        form_findings=page.form_findings,
        form_states=page.form_states,
        has_preview=has_preview(request, found),
        requests=_requests(request, [row.number for row in page.findings]),
        can_be_asked=any(map(can_be_asked, found.record.findings.values())),
    )


def _requests(request: Request, numbers: list[str]) -> list[str]:
    """Return the folders of the requests for removal of the findings, in the order of their names."""
    return [display_path(folder) for folder in requests_beside_case(numbers, console_of(request).case)][-MAX_REQUESTS:]


def clip_map(request: Request) -> Response:
    """Return the features of the map of a post as GeoJSON; 404 for an unknown one."""
    found = find_evidence(request)
    if isinstance(found, Message) or found.result is None:
        return Response(status_code=404)
    lang, sites, result = language_of(request), sites_by_id(request), found.result
    wanted = dict.fromkeys([result.verdict.site, *(match.site for match in result.matches)])
    shown = [sites[one] for one in wanted if one in sites][:MAX_MAP_SITES]
    features = [one for site in shown for one in site_features(site, lang)]
    features += clip_features(result, sites.get(result.verdict.site or ""), lang).features
    layers = basemap_layers(console_of(request).basemaps, shown)
    return JSONResponse(feature_collection(features, layers), media_type="application/geo+json")


def sites_by_id(request: Request) -> dict[str, Site]:
    """Return the officer's sites by their ids."""
    return {site.id: site for site in recent_clips(request).ours.sites}
