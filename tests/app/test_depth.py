"""How deep a scan reads: what a quick scan leaves out is not checked, and its readings serve no deeper scan."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from sqlalchemy import create_engine, select

from opsec.app.scan import rematch, scan
from opsec.casefile.schema import readings
from opsec.model import Check, Coverage, Scan
from opsec.model.depth import Depth, is_deep_enough, with_depth
from opsec.settings import Limits, Settings
from tests.cli.conftest import ROOT

pytestmark = pytest.mark.usefixtures("warm_templates")

SITES = ROOT / "geofences"
PICTURE_CHECKS: tuple[Check, ...] = ("signage", "landmarks")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    image = np.full((64, 96, 3), 120, np.uint8)
    assert cv2.imwrite(str(folder / "photo.jpg"), image)
    return folder


def _scan(folder: Path, depth: Depth, case: str | None = None) -> Scan:
    return scan([folder], sites=SITES, case=case, settings=Settings(depth=depth, limits=Limits(workers=1)))


def _coverage(done: Scan) -> Coverage:
    (result,) = done.results
    return result.clip.coverage


def _stored_version(case: Path) -> str:
    with create_engine(f"sqlite:///{case}").connect() as connection:
        found = connection.execute(select(readings.c.readers_version).where(readings.c.kind == "jpeg")).scalar_one()
    return str(found)


def test_a_quick_scan_opens_no_frame_and_says_so(photo: Path) -> None:
    done = _scan(photo, "quick")
    coverage = _coverage(done)
    assert coverage.status == "partly"
    assert coverage.frames_read == 0
    assert [coverage.checks[check] for check in PICTURE_CHECKS] == ["not_configured"] * 2
    assert coverage.checks["metadata"] == coverage.checks["caption"] == "ran"
    assert {reason.code for reason in coverage.reasons} == {"check_left_out"}
    assert done.counts.not_fully_checked == 1


def test_a_quick_scan_still_finds_a_name(photo: Path) -> None:
    (photo / "photo.jpg").rename(photo / "Falcon Camp gate.jpg")
    (result,) = _scan(photo, "quick").results
    assert [match.rule for match in result.matches] == ["NAME-IN-FILE"]


def test_readings_serve_the_same_or_a_shallower_scan(photo: Path, tmp_path: Path) -> None:
    case = tmp_path / "case.db"
    assert _coverage(_scan(photo, "quick", str(case))).frames_read == 0
    quick = _stored_version(case)
    assert _coverage(_scan(photo, "normal", str(case))).frames_read == 1, "a quick reading serves no normal scan"
    normal = _stored_version(case)
    assert _coverage(_scan(photo, "quick", str(case))).frames_read == 1, "a normal reading serves a quick scan"
    assert _stored_version(case) == normal, "and a quick scan does not replace it"
    assert quick == with_depth(normal, "quick")


def test_a_rematch_tells_that_a_reading_is_not_deep_enough(photo: Path, tmp_path: Path) -> None:
    case = str(tmp_path / "case.db")
    _scan(photo, "quick", case)
    quick, normal = (
        _coverage(rematch(case=case, sites=SITES, settings=Settings(depth=depth))) for depth in ("quick", "normal")
    )
    assert "older_readers" not in {reason.code for reason in quick.reasons}
    assert "older_readers" in {reason.code for reason in normal.reasons}


def test_a_full_scan_requires_what_is_optional_otherwise(photo: Path) -> None:
    clip = ROOT / "examples" / "posts" / "football.mp4"
    done = scan([clip], sites=SITES, settings=Settings(depth="full", limits=Limits(workers=1)))
    missing = [dict(why.blanks)["check"] for why in _coverage(done).reasons if why.code == "check_missing"]
    assert missing == ["speech"], "no model of speech is configured"


def test_the_depth_is_part_of_the_fingerprint_of_the_settings() -> None:
    hashes = {Settings(depth=depth).sha256() for depth in ("quick", "normal", "full")}
    assert len(hashes) == 3
    assert Settings().sha256() == Settings(depth="normal").sha256()


@pytest.mark.parametrize("stored", ["quick", "normal", "full"])
@pytest.mark.parametrize("wanted", ["quick", "normal", "full"])
def test_a_reading_serves_no_deeper_scan_and_no_other_readers(stored: Depth, wanted: Depth) -> None:
    order: list[Depth] = ["quick", "normal", "full"]
    deep_enough = order.index(stored) >= order.index(wanted)
    assert is_deep_enough(with_depth("1a2b", stored), with_depth("1a2b", wanted)) is deep_enough
    assert not is_deep_enough(with_depth("1a2b", stored), with_depth("ffff", wanted))
