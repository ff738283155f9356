"""From the readings of a post's files to one clip: facts merged, words turned into hints, coverage drawn up.

Pure: the same readings give the same clip, whether they come from a worker or from the case file.
"""

from collections.abc import Iterator
from dataclasses import replace

from opsec.model import (
    Check,
    CheckState,
    Clip,
    Coverage,
    CoverageStatus,
    FileKind,
    Hint,
    Part,
    Post,
    Reading,
    ReadPost,
    Reason,
)  # fmt: skip
from opsec.model.fields import FOLDER
from opsec.readers.text.context_phrases import context_hints
from opsec.readers.text.coordinates import written_hints
from opsec.readers.video.reader import PICTURE_CHECKS

PHOTOS: frozenset[FileKind] = frozenset({"jpeg", "png", "webp", "tiff", "heif", "gif"})
WAYS: frozenset[FileKind] = frozenset({"nmea", "gpx", "kml"})
"""Files beside a clip that hold where it went, and not the words of its post."""


def put_together(post: ReadPost) -> Clip:
    """The clip of a post, its hints numbered: what the medium says first, then what lies beside it, then words."""
    medium = next((part for part in post.parts if part.role == "media"), None)
    facts = _merged([post.listed.post if post.listed else None, *(part.reading.post for part in post.parts)])
    hints = [hint for part in post.parts for hint in part.reading.hints]
    hints += post.listed.hints if post.listed else ()
    hints += _words(facts, post)
    hints += list(context_hints(hints))
    return Clip(
        path=post.path,
        sha256=medium.sha256 if medium else None,
        post=facts,
        coverage=_coverage(post, medium),
        hints=tuple(replace(hint, id=f"h{number}") for number, hint in enumerate(hints, 1)),
    )


def _merged(records: list[Post | None]) -> Post:
    """One record of facts; where two know the same, the first one given is believed."""
    known = [record for record in records if record is not None]
    return Post(
        author=next((record.author for record in known if record.author), None),
        caption=next((record.caption for record in known if record.caption), None),
        posted_at=next((record.posted_at for record in known if record.posted_at), None),
        recorded_at=next((record.recorded_at for record in known if record.recorded_at), None),
        url=next((record.url for record in known if record.url), None),
        source=next((record.source for record in known if record.source), None),
        views=next((record.views for record in known if record.views is not None), None),
        likes=next((record.likes for record in known if record.likes is not None), None),
        shares=next((record.shares for record in known if record.shares is not None), None),
    )


def _words(facts: Post, post: ReadPost) -> Iterator[Hint]:
    """Words of the post. Every caption is kept: a list and a sidecar may quote the same post differently."""
    captions = [facts.caption, *(part.reading.post.caption for part in post.parts if part.reading.post)]
    for caption in dict.fromkeys(captions):
        if caption:
            yield from written_hints(caption, "caption")
    if post.parts:
        yield from written_hints(_base_name(post.path), "filename")
    for folder in post.folders:
        yield from written_hints(folder, FOLDER)


def _base_name(path: str) -> str:
    return path.replace("!/", "/").rstrip("/").rsplit("/", 1)[-1]


def _coverage(post: ReadPost, medium: Part | None) -> Coverage:
    beside = [part.reading for part in post.parts if part.role == "sidecar"]
    readings = [part.reading for part in post.parts]
    reasons = [*post.reasons, *(reason for reading in readings for reason in reading.reasons)]
    claim = medium.reading.claim if medium else None
    return Coverage(
        status=_status(post, medium, beside),
        reasons=tuple(dict.fromkeys(reasons)),
        seconds_claimed=claim.duration_s if claim else None,
        seconds_read=medium.reading.seconds_read if medium else None,
        frames_read=medium.reading.frames_read if medium else 0,
        checks=_checks(post, medium, beside),
    )


def _status(post: ReadPost, medium: Part | None, beside: list[Reading]) -> CoverageStatus:
    """A post is read when all of it was; unread when its medium, or without one every file of it, gave nothing."""
    if medium is not None and medium.reading.status == "unread":
        return "unread"
    if medium is None and beside and all(reading.status == "unread" for reading in beside):
        return "unread"
    whole = all(part.reading.status == "read" for part in post.parts) and not post.reasons
    return "read" if whole else "partly"


def _checks(post: ReadPost, medium: Part | None, beside: list[Reading]) -> dict[Check, CheckState]:
    without_medium: CheckState = "failed" if _media_missing(post) else "not_applicable"
    checks: dict[Check, CheckState] = {
        "metadata": medium.reading.checks.get("metadata", "failed") if medium else without_medium,
        "telemetry": _telemetry(medium, beside, without_medium),
        "sidecar": _beside(beside),
        "caption": _caption(post),
    }
    for check in PICTURE_CHECKS:
        checks[check] = medium.reading.checks.get(check, "failed") if medium else without_medium
    checks["speech"] = _speech(medium) if medium else without_medium
    return checks


def _speech(medium: Part) -> CheckState:
    """Without a model no reader of speech has a turn."""
    return "not_applicable" if medium.kind in PHOTOS else medium.reading.checks.get("speech", "not_configured")


def _media_missing(post: ReadPost) -> bool:
    return any(reason.code == "media_missing" for reason in post.reasons)


def _caption(post: ReadPost) -> CheckState:
    """Words of the post and names of its files: they were asked unless what should hold words was not read in full.

    A post of which only the name of a file is known was asked too; its hints tell what there was to ask.
    """
    if not post.path:
        return "failed"
    beside = [part for part in post.parts if part.role == "sidecar" and part.kind not in WAYS]
    unread = any(part.reading.status != "read" for part in beside)
    unread |= any(part.reading.checks.get("caption") == "failed" for part in post.parts)
    return "failed" if unread or any(map(_no_words, post.reasons)) else "ran"


def _no_words(why: Reason) -> bool:
    """Whether the column of a list that holds the words is among those that were not read."""
    return why.code == "no_caption_column" or (why.code == "unknown_column" and ("nearest", "caption") in why.blanks)


def _telemetry(medium: Part | None, beside: list[Reading], without_medium: CheckState) -> CheckState:
    """A way that lies in a file beside the clip was looked at as much as one that lies inside."""
    if any(hint.kind == "track" for reading in beside for hint in reading.hints):
        return "ran"
    if medium is None:
        return without_medium
    return "not_applicable" if medium.kind in PHOTOS else medium.reading.checks.get("telemetry", "not_configured")


def _beside(beside: list[Reading]) -> CheckState:
    if not beside:
        return "not_applicable"
    return "failed" if any(reading.checks.get("sidecar") != "ran" for reading in beside) else "ran"
