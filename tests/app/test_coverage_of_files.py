"""A route file beside a clip counts as checked telemetry; an unreadable file does not."""

import pytest

from opsec.app.clip_assembly import assemble_clip
from opsec.model import CheckState, Clip, FileKind, PostFile, Reading, ReadPost
from tests.readers.telemetry.files.made import reading, srt

FILM = Reading(checks={"metadata": "ran", "telemetry": "ran"})
OLD_FILM = Reading(checks={"metadata": "ran"})


def _clip(medium: Reading | None, name: str, text: str, kind: FileKind = "mp4") -> Clip:
    parts = [PostFile(role="sidecar", path=name, sha256="b", kind="srt", reading=reading(name, text))]
    if medium is not None:
        parts.insert(0, PostFile(role="media", path="clip.mp4", sha256="a", kind=kind, reading=medium))
    return assemble_clip(ReadPost(path=parts[0].path, parts=tuple(parts)))


@pytest.mark.parametrize(
    ("medium", "text", "telemetry"),
    [
        (FILM, "la la la", "ran"),
        (OLD_FILM, "la la la", "not_configured"),
        (OLD_FILM, "[latitude: 33.98] [longitude: 43.25]", "ran"),
        (None, "[latitude: 33.98] [longitude: 43.25]", "ran"),
        (None, "la la la", "not_applicable"),
    ],
)
def test_telemetry_coverage(medium: Reading | None, text: str, telemetry: CheckState) -> None:
    clip = _clip(medium, "clip.srt", srt([text]))
    assert (clip.coverage.checks["telemetry"], clip.coverage.checks["sidecar"]) == (telemetry, "ran")


def test_an_unreadable_route_leaves_the_clip_partly_checked() -> None:
    clip = _clip(FILM, "clip.gpx", "<gpx")
    assert (clip.coverage.status, clip.coverage.checks["sidecar"]) == ("partly", "failed")
    assert [why.code for why in clip.coverage.reasons] == ["broken"]
