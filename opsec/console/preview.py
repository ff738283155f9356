"""The short preview of a clip: a button makes it in a locked worker process, and the page shows it as an image.

It is kept in memory until the console ends or other previews replace it, and never written to a file with a name.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from opsec.app.clip_evidence import ClipEvidence
from opsec.app.preview import make_preview
from opsec.casefile.temporary_folder import temporary_folder
from opsec.console.failures import failure_page
from opsec.console.recent_clips import find_evidence
from opsec.console.refusals import Refusal, refuse
from opsec.console.state import Notice, console_of
from opsec.errors import OpsecError, UsageError
from opsec.i18n.messages import Message, _
from opsec.model import Result
from opsec.reports.evidence import sort_by_strength

MAX_PREVIEWS = 4
LEAD_S = 2.0
"""How long before the strongest evidence a preview begins."""
_NO_CLIP = _("there is no preview of a post whose clip was not read")
_FIRST = Lock()


@dataclass
class Previews:
    """The previews that were made last, by the SHA-256 of the clip."""

    making: Lock = field(default_factory=Lock)
    """Held while one is made: one worker process at a time is enough for one officer."""
    _made: "OrderedDict[str, bytes]" = field(default_factory=OrderedDict)

    def add(self, sha256: str, preview: bytes) -> None:
        """Keep a preview, in place of the oldest one if there are many."""
        self._made[sha256] = preview
        self._made.move_to_end(sha256)
        while len(self._made) > MAX_PREVIEWS:
            self._made.popitem(last=False)

    def get(self, sha256: str | None) -> bytes | None:
        """Return the preview of a clip; None while there is none."""
        return None if sha256 is None else self._made.get(sha256)


def previews(request: Request) -> Previews:
    """Return the previews of the console that serves a request."""
    state = request.app.state
    with _FIRST:
        if not isinstance(getattr(state, "previews", None), Previews):
            state.previews = Previews()
        found = state.previews
    assert isinstance(found, Previews)
    return found


async def preview_form(request: Request) -> Response:
    """Make the preview of a clip, and return to its page."""
    async with request.form(max_files=0, max_fields=5) as form:
        if not console_of(request).session.accepts_form(form.get("form_token")):
            return refuse(Refusal.FORM, request.scope)
    return await run_in_threadpool(_make, request)


def preview_image(request: Request) -> Response:
    """Serve the preview of a clip; 404 while there is none."""
    found = find_evidence(request)
    if isinstance(found, Message):
        return Response(status_code=404)
    preview = previews(request).get(_sha256(found))
    return Response(status_code=404) if preview is None else Response(preview, media_type="image/webp")


def has_preview(request: Request, evidence: ClipEvidence) -> bool:
    """Return whether the preview of a clip was made."""
    return previews(request).get(_sha256(evidence)) is not None


def _make(request: Request) -> Response:
    found = find_evidence(request)
    if isinstance(found, Message):
        return failure_page(request, found, 404)
    console, kept, sha256 = console_of(request), previews(request), _sha256(found)
    try:
        if sha256 is None or found.result is None:
            raise UsageError(_NO_CLIP)
        with kept.making:
            if kept.get(sha256) is None:
                path, from_s = found.result.clip.path, _begin_s(found.result)
                kept.add(sha256, make_preview(path, sha256, from_s, console.settings, temporary_folder(console.case)))
    except OpsecError as error:
        console.session.add_notice(Notice(error.message, is_error=True))
    return RedirectResponse(f"/clip/{found.record.key}#preview", status_code=303)


def _sha256(evidence: ClipEvidence) -> str | None:
    return None if evidence.result is None else evidence.result.clip.sha256


def _begin_s(result: Result) -> float:
    """Return the time shortly before the strongest evidence that has one; the start of the clip without any."""
    times = {hint.id: hint.at_s for hint in result.clip.hints if hint.at_s is not None and not hint.fixes}
    found = (times[one] for match in sort_by_strength(result.matches) for one in match.hint_ids if one in times)
    return max(0.0, next(found, 0.0) - LEAD_S)
