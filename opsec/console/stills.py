"""Stills of a clip and our own photos of its landmarks, one at a time, as the case file keeps them.

The reading process encoded each frame anew. Only the segments of the JPEG that an image needs are served, as an image,
and nothing of the clip's own bytes.
"""

import re

from starlette.requests import Request
from starlette.responses import Response

from opsec.console.recent_clips import find_still, recent_clips, still_digest
from opsec.errors import UsageError

_NAME = re.compile(r"([0-9a-f]{64})/([0-9a-f]{32})\.jpg")


def still_address(post_key: str, jpeg_base64: str) -> str:
    """Return the address of a still on the page of a post."""
    return f"/still/{post_key}/{still_digest(jpeg_base64)}.jpg"


def still(request: Request) -> Response:
    """Serve one still of a post; 404 for any other name."""
    named = _NAME.fullmatch(str(request.path_params["name"]))
    if named is None:
        return Response(status_code=404)
    try:
        evidence = recent_clips(request).evidence(request, named.group(1))
    except UsageError:
        return Response(status_code=404)
    image = find_still(evidence, named.group(2))
    return Response(status_code=404) if image is None else Response(image, media_type="image/jpeg")
