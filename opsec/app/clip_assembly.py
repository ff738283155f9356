"""Assembly of a clip from the readings of a post's files: facts merged, texts turned into hints, coverage summed up.

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
    Hint,
    Post,
    PostFile,
    Reading,
    ReadPost,
    Reason,
)  # fmt: skip
from opsec.model.fields import AUTHOR, CAPTION, FILENAME, FOLDER, POSTED_AT, RECORDED_AT
from opsec.model.vocabulary import IMAGE_KINDS, PICTURE_CHECKS, TRACK_FILE_KINDS
from opsec.readers.text.context_phrases import context_hints
from opsec.readers.text.coordinates import text_hints


def assemble_clip(post: ReadPost) -> Clip:
    """Assemble the clip of a post, its hints numbered: those of the medium first, then of sidecars, then of texts."""
    medium = next((part for part in post.parts if part.role == "media"), None)
    facts = _merge_facts([post.listed.post if post.listed else None, *(part.reading.post for part in post.parts)])
    hints = [hint for part in post.parts for hint in part.reading.hints if hint.hashes is None]
    hints += post.listed.hints if post.listed else ()
    hints += _text_hints(facts, post)
    hints += list(context_hints(hints))
    hints += _time_hints(facts)
    return Clip(
        path=post.path,
        sha256=medium.sha256 if medium else None,
        post=facts,
        coverage=_coverage(post, medium),
        hints=tuple(replace(hint, id=f"h{number}") for number, hint in enumerate(hints, 1)),
    )


def _merge_facts(records: list[Post | None]) -> Post:
    """Merge records of facts about a post; where two have the same fact, the first one given counts."""
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


def _text_hints(facts: Post, post: ReadPost) -> Iterator[Hint]:
    """Yield hints of the words of a post. Every caption and every name of the author counts, as files may differ."""
    captions = [facts.caption, *(part.reading.post.caption for part in post.parts if part.reading.post)]
    for caption in dict.fromkeys(captions):
        if caption:
            yield from text_hints(caption, CAPTION)
    authors = [facts.author, *(part.reading.post.author for part in post.parts if part.reading.post)]
    for author in dict.fromkeys(authors):
        if author:
            yield from text_hints(author, AUTHOR)
    if post.parts:
        yield from text_hints(_base_name(post.path), FILENAME)
    for folder in post.folders:
        yield from text_hints(folder, FOLDER)


def _time_hints(facts: Post) -> Iterator[Hint]:
    """Yield the times in the record of the post, which are evidence beside that of a site."""
    for field, written in ((POSTED_AT, facts.posted_at), (RECORDED_AT, facts.recorded_at)):
        if written:
            yield Hint(kind="time", family="CONTEXT", reader="post", field=field, text=written)


def _base_name(path: str) -> str:
    return path.replace("!/", "/").rstrip("/").rsplit("/", 1)[-1]


def _coverage(post: ReadPost, medium: PostFile | None) -> Coverage:
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


def _status(post: ReadPost, medium: PostFile | None, beside: list[Reading]) -> CoverageStatus:
    """Return "read" when all of a post was read; "unread" when its medium, or without one every file, gave nothing."""
    if medium is not None and medium.reading.status == "unread":
        return "unread"
    if medium is None and beside and all(reading.status == "unread" for reading in beside):
        return "unread"
    whole = all(part.reading.status == "read" for part in post.parts) and not post.reasons
    return "read" if whole else "partly"


def _checks(post: ReadPost, medium: PostFile | None, beside: list[Reading]) -> dict[Check, CheckState]:
    without_medium: CheckState = "failed" if _media_missing(post) else "not_applicable"
    checks: dict[Check, CheckState] = {
        "metadata": medium.reading.checks.get("metadata", "failed") if medium else without_medium,
        "telemetry": _telemetry_state(medium, beside, without_medium),
        "sidecar": _sidecar_state(beside),
        "caption": _caption_state(post),
    }
    for check in PICTURE_CHECKS:
        checks[check] = medium.reading.checks.get(check, "failed") if medium else without_medium
    checks["speech"] = _speech_state(medium) if medium else without_medium
    return checks


def _speech_state(medium: PostFile) -> CheckState:
    """Return the state of the speech check; without a model no reader of speech runs."""
    return "not_applicable" if medium.kind in IMAGE_KINDS else medium.reading.checks.get("speech", "not_configured")


def _media_missing(post: ReadPost) -> bool:
    return any(reason.code == "media_missing" for reason in post.reasons)


def _caption_state(post: ReadPost) -> CheckState:
    """Return the state of the caption check: it ran unless a file that should contain words was not fully read.

    It also ran for a post of which only the name of a file is known.
    """
    if not post.path:
        return "failed"
    beside = [part for part in post.parts if part.role == "sidecar" and part.kind not in TRACK_FILE_KINDS]
    unread = any(part.reading.status != "read" for part in beside)
    unread |= any(part.reading.checks.get("caption") == "failed" for part in post.parts)
    return "failed" if unread or any(map(_hides_caption, post.reasons)) else "ran"


def _hides_caption(why: Reason) -> bool:
    """Return whether a reason says that the caption column of a list was not read."""
    return why.code == "no_caption_column" or (why.code == "unknown_column" and ("nearest", "caption") in why.blanks)


def _telemetry_state(medium: PostFile | None, beside: list[Reading], without_medium: CheckState) -> CheckState:
    """Return the state of the telemetry check: a track in a file beside the clip counts like one inside it."""
    if any(hint.kind == "track" for reading in beside for hint in reading.hints):
        return "ran"
    if medium is None:
        return without_medium
    return "not_applicable" if medium.kind in IMAGE_KINDS else medium.reading.checks.get("telemetry", "not_configured")


def _sidecar_state(beside: list[Reading]) -> CheckState:
    if not beside:
        return "not_applicable"
    return "failed" if any(reading.checks.get("sidecar") != "ran" for reading in beside) else "ran"
