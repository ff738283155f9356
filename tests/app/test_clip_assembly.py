"""A clip records how much of it was read, and which of its texts."""

from typing import Any

import pytest

from opsec.app.clip_assembly import assemble_clip
from opsec.i18n.reasons import make_reason
from opsec.model import CheckState, CoverageStatus, FileKind, ListedPost, Post, PostFile, Reading, ReadPost, Reason

DAMAGED = make_reason("broken", part="header", detail="@4")
GONE = make_reason("media_missing", media="a.mp4")
MISTYPED = make_reason("unknown_column", column="captoin", nearest="caption")
MISTYPED_URL = make_reason("unknown_column", column="ulr", nearest="url")
WORDLESS = make_reason("no_caption_column", columns="words")
LOST_ROWS = make_reason("bad_rows", count=1, row=2)
ROW = ListedPost(Post(caption="at the gate"))


def _part(name: str, kind: FileKind | None, *why: Reason, **more: Any) -> PostFile:
    status: CoverageStatus = "partly" if why else "read"
    reading = Reading(**{"status": status, "reasons": why, "checks": {"metadata": "ran", "sidecar": "ran"}, **more})
    return PostFile(
        role="media" if kind in ("mp4", "zip") else "sidecar", path=name, sha256="ab" * 32, kind=kind, reading=reading
    )


FILM, CUT_FILM = _part("a.mp4", "mp4"), _part("a.mp4", "mp4", DAMAGED, status="unread")
WORDS, CUT_WORDS = _part("a.info.json", "info_json"), _part("a.info.json", "info_json", DAMAGED)


def test_folders_under_the_scanned_path_are_text_without_an_author() -> None:
    post = ReadPost(path="/home/officer/in/معسكر/live now/a.mp4", parts=(FILM,), folders=("معسكر", "live now"))
    hints = assemble_clip(post).hints
    assert [(hint.field, hint.text) for hint in hints] == [
        ("filename", "a.mp4"), ("folder", "معسكر"), ("folder", "live now"),
    ]  # fmt: skip


def test_the_names_of_the_author_are_text_and_no_context() -> None:
    sidecar = _part("a.info.json", "info_json", post=Post(author="Falcon Camp", caption="x"))
    listed = ListedPost(Post(author="live now"))
    hints = assemble_clip(ReadPost(path="a.mp4", parts=(FILM, sidecar), listed=listed)).hints
    assert [(hint.field, hint.text) for hint in hints if hint.field == "author"] == [
        ("author", "live now"), ("author", "Falcon Camp"),
    ]  # fmt: skip
    assert not any(hint.family == "CONTEXT" for hint in hints)


@pytest.mark.parametrize(
    ("path", "parts", "listed", "reasons", "answer"),
    [
        ("a.mp4", [FILM], None, [], ("read", "ran")),
        ("a.mp4", [FILM, WORDS], None, [], ("read", "ran")),
        ("a.mp4", [CUT_FILM, WORDS], ROW, [], ("unread", "ran")),
        ("a.mp4", [FILM, CUT_WORDS], None, [], ("partly", "failed")),
        ("a.mp4", [FILM, _part("a.json", None, DAMAGED, status="unread")], None, [], ("partly", "failed")),
        ("a.mp4", [FILM, _part("a.gpx", "gpx", DAMAGED)], None, [], ("partly", "ran")),
        ("a.mp4", [FILM, _part("a.srt", "srt", DAMAGED)], None, [], ("partly", "failed")),
        (
            "a.mp4",
            [_part("a.mp4", "mp4", checks={"metadata": "ran", "caption": "failed"})],
            None,
            [],
            ("read", "failed"),
        ),
        ("a.mp4", [FILM], ROW, [MISTYPED], ("partly", "failed")),
        ("a.mp4", [FILM], ROW, [MISTYPED_URL], ("partly", "ran")),
        ("l.csv#1", [], ROW, [], ("read", "ran")),
        ("l.csv#1", [], ROW, [GONE], ("partly", "ran")),
        ("l.csv#1", [], ROW, [WORDLESS], ("partly", "failed")),
        ("l.csv", [_part("l.csv", "post_list_csv", LOST_ROWS)], None, [], ("partly", "failed")),
        (
            "many.zip",
            [_part("many.zip", "zip")],
            None,
            [make_reason("too_many", limit=2, part="files")],
            ("partly", "ran"),
        ),
        ("", [CUT_FILM], None, [], ("unread", "failed")),
    ],
)
def test_coverage_and_text_completeness(
    path: str,
    parts: list[PostFile],
    listed: ListedPost | None,
    reasons: list[Reason],
    answer: tuple[CoverageStatus, CheckState],
) -> None:
    coverage = assemble_clip(ReadPost(path=path, parts=tuple(parts), listed=listed, reasons=tuple(reasons))).coverage
    assert (coverage.status, coverage.checks["caption"]) == answer
    assert set(coverage.reasons) == {*reasons, *(why for part in parts for why in part.reading.reasons)}
