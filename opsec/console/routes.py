"""The addresses of the console."""

from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Route

from opsec.console.assets import static_file
from opsec.console.basemaps import basemap_image, basemap_tile
from opsec.console.clip_page import clip_map, clip_page
from opsec.console.decision_forms import decide_form, undo_form
from opsec.console.preview import preview_form, preview_image
from opsec.console.queue_page import queue_page
from opsec.console.site_page import site_map, site_page
from opsec.console.stills import still
from opsec.console.takedown_form import takedown_form

QUEUE = "/queue"


def make_routes() -> list[BaseRoute]:
    """Return every route; what is not listed is answered with 404."""
    return [
        Route("/", lambda _request: RedirectResponse(QUEUE, status_code=303), methods=["GET"]),
        Route(QUEUE, queue_page, methods=["GET"]),
        Route("/clip/{post_id}", clip_page, methods=["GET"]),
        Route("/clip/{post_id}/map.json", clip_map, methods=["GET"]),
        Route("/clip/{post_id}/preview", preview_form, methods=["POST"]),
        Route("/clip/{post_id}/preview.webp", preview_image, methods=["GET"]),
        Route("/clip/{post_id}/takedown", takedown_form, methods=["POST"]),
        Route("/site/{code}", site_page, methods=["GET"]),
        Route("/site/{code}/map.json", site_map, methods=["GET"]),
        Route("/still/{name:path}", still, methods=["GET"]),
        Route("/basemap/{number:int}", basemap_image, methods=["GET"]),
        Route("/basemap/{number:int}/{zoom:int}/{x:int}/{y:int}", basemap_tile, methods=["GET"]),
        Route("/static/{name:path}", static_file, methods=["GET"]),
        Route("/decide", decide_form, methods=["POST"]),
        Route("/undo", undo_form, methods=["POST"]),
    ]
