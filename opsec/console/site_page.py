"""The page of one site, and the features of its map."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from opsec.casefile.case_file import CaseFile
from opsec.casefile.finding_list import FindingFilter, finding_sites, list_findings
from opsec.casefile.site_record import site_history, site_record
from opsec.console.basemaps import basemap_layers
from opsec.console.failures import failure_page
from opsec.console.map_features import feature_collection, ground_features, site_features
from opsec.console.rendering import language_of, render_page
from opsec.console.site_view import build_site_page, ground_in_view
from opsec.console.state import console_of, open_case
from opsec.i18n.messages import _
from opsec.i18n.safe_text import escape_unsafe
from opsec.model import Site


def site_page(request: Request) -> Response:
    """Show the page of a site, named by its code or id; 404 for an unknown one."""
    given = str(request.path_params["code"])
    site = _own_site(request, given)
    now = datetime.now(UTC)
    with open_case(request) as case_file:
        known = (site.id, site.code) if site is not None else _known_site(case_file, given)
        if known is None:
            sentence = _("{name} is not a site of yours; open it from the queue", name=escape_unsafe(given, limit=60))
            return failure_page(request, sentence, 404)
        site_id, code = known
        record = site_record(case_file.transactions, site_id, now)
        found = list_findings(case_file.transactions, FindingFilter(site=site_id), now)
    page = build_site_page(code, site, record, found, language_of(request), console_of(request).basemaps)
    return render_page(request, "console/site.html", page=page)


def site_map(request: Request) -> Response:
    """Return the features of the map of a site as GeoJSON; 404 for an unknown one."""
    site = _own_site(request, str(request.path_params["code"]))
    if site is None:
        return Response(status_code=404)
    now = datetime.now(UTC)
    with open_case(request) as case_file:
        base = site_history(case_file.transactions, site.id, now)
    ground = None if base is None else ground_in_view(base, site)
    features = [*site_features(site, language_of(request)), *(() if ground is None else ground_features(*ground))]
    layers = basemap_layers(console_of(request).basemaps, [site])
    return JSONResponse(feature_collection(features, layers), media_type="application/geo+json")


def _own_site(request: Request, given: str) -> Site | None:
    wanted = given.casefold()
    sites = console_of(request).sites
    return next((one for one in sites if wanted in {one.code.casefold(), one.id.casefold()}), None)


def _known_site(case_file: CaseFile, given: str) -> tuple[str, str] | None:
    """Return id and code of a site that only the case file knows."""
    wanted = given.casefold()
    known = sorted(finding_sites(case_file.transactions))
    return next((pair for pair in known if wanted in {one.casefold() for one in pair}), None)
