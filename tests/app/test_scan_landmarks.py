"""A whole scan: a clip without text and position is flagged by the wall in its background."""

import io
import json
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from opsec.app.scan import rematch, scan
from opsec.model import Result, Scan
from opsec.reports.scan_json import encode_scan
from opsec.reports.scan_page import render_scan_page
from tests.matching.landmarks.drawn import Bytes, wall

pytestmark = pytest.mark.usefixtures("warm_templates")

SITE = 'id = "lake-camp"\nkind = "base"\ncode = "L-1"\nsensitivity = 0.3\n[names]\nen = ["Lake Camp"]\n'
LANDMARK = "sensitivity = 0.9\n"


def encode_video(images: list[Bytes]) -> bytes:
    """Encode gray images as an MP4 with eight frames per second."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4", options={"fflags": "+bitexact"}) as made:
        track = made.add_stream("mpeg4", rate=8)
        assert isinstance(track, av.VideoStream)
        track.width, track.height, track.pix_fmt, track.bit_rate = 320, 568, "yuv420p", 4_000_000
        for number, image in enumerate(images):
            shown = av.VideoFrame.from_ndarray(np.dstack([image] * 3), format="rgb24")
            shown.pts = number
            made.mux(track.encode(shown))
        made.mux(track.encode())
    return out.getvalue()


def pan(seed: int) -> list[Bytes]:
    """Frames of a camera that moves along a wall for two seconds."""
    whole = cv2.resize(wall(seed), (1_000, 750), interpolation=cv2.INTER_AREA)
    starts = range(100, 580, 30)
    return [np.ascontiguousarray(whole[90:658, left : left + 320]).astype(np.uint8) for left in starts]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Posts and sites: one clip shows the wall of the site, the other one another wall."""
    place = tmp_path / "sites" / "lake-camp" / "landmarks" / "north-gate"
    place.mkdir(parents=True)
    (tmp_path / "sites" / "lake-camp" / "site.toml").write_text(SITE, "utf-8")
    (place / "landmark.toml").write_text(LANDMARK, "utf-8")
    assert cv2.imwrite(str(place / "gate.jpg"), wall(1))
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "a.mp4").write_bytes(encode_video(pan(1)))
    (tmp_path / "posts" / "b.mp4").write_bytes(encode_video(pan(2)))
    return tmp_path


def scanned(workspace: Path, *, own_photos: bool = False) -> Scan:
    return scan(
        [workspace / "posts"], sites=workspace / "sites", case=str(workspace / "case.db"), own_photos=own_photos
    )


def summary(result: Result) -> tuple[str, list[str | None], str, float]:
    checks = result.clip.coverage.checks
    seen = [one.landmark for one in result.matches if one.rule == "LANDMARK-SEEN"]
    return result.verdict.action, seen, checks["landmarks"], round(result.verdict.severity, 1)


def test_a_clip_is_flagged_by_its_background(workspace: Path) -> None:
    done = scanned(workspace, own_photos=True)
    assert [summary(result) for result in done.results] == [
        ("act_today", ["north-gate"], "ran", 0.9),
        ("nothing_found", [], "ran", 0.0),
    ]
    assert done.results[0].findings[0].rule == "LANDMARK-SEEN"
    assert list(done.own_photos) == ["lake-camp/north-gate/gate.jpg"]
    assert render_scan_page(done, "en").count(b"<image ") == 2
    assert scanned(workspace).own_photos == {}


def test_a_photo_added_later_is_matched_without_opening_a_clip(workspace: Path) -> None:
    photo = workspace / "sites" / "lake-camp" / "landmarks" / "north-gate" / "gate.jpg"
    raw = photo.read_bytes()
    photo.unlink()
    before = scanned(workspace)
    assert {summary(result)[2] for result in before.results} == {"not_configured"}
    photo.write_bytes(raw)
    for clip in (workspace / "posts").iterdir():
        clip.unlink()
    after = rematch(case=str(workspace / "case.db"), sites=workspace / "sites")
    assert sorted(summary(result)[:2] for result in after.results) == [
        ("act_today", ["north-gate"]),
        ("nothing_found", []),
    ]
    assert before.sites_sha256 != after.sites_sha256


@pytest.mark.slow
def test_two_scans_of_the_same_clips_give_the_same_results(workspace: Path) -> None:
    first = scanned(workspace)
    (workspace / "case.db").unlink()
    for kept in (workspace / "case.db.landmarks").iterdir():
        kept.unlink()
    # numbers of findings are keyed by a secret of each case file; the JSON of a scan has none of them
    assert json.loads(encode_scan(scanned(workspace))) == json.loads(encode_scan(first))
