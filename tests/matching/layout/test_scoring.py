"""Layout scoring: dominant motion, path length, basis, and what is not assessed."""

import pytest

from opsec.matching.layout.camera_pose import CameraPose
from opsec.matching.layout.scoring import SiteEvidence, build_layout, dominant_motion, path_length_m, shot_motions
from opsec.model import CameraMotion, Motion
from tests.fixtures.records import position_hint
from tests.matching.layout.camp import FIXED, TURN, motion_hint

TRAVEL, UNKNOWN = Motion(motion="travel"), Motion(motion="unknown")


def evidence(by_telemetry: bool = False, by_landmarks: bool = False, zones: tuple[str, ...] = ()) -> SiteEvidence:
    return SiteEvidence(
        viewshed=None, zones=zones, walked_m=None, bearing_deg=None, by_telemetry=by_telemetry,
        by_landmarks=by_landmarks,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("shots", "motion"),
    [
        ([(TURN, 8.0), (FIXED, 2.0)], "turn"),
        ([(TURN, 7.9), (FIXED, 2.1)], "mixed"),
        ([(TURN, 1.0), (UNKNOWN, 9.0)], "turn"),
        ([(UNKNOWN, 9.0)], "unknown"),
        ([], "unknown"),
    ],
)
def test_the_dominant_motion(shots: list[tuple[Motion, float]], motion: CameraMotion) -> None:
    assert dominant_motion(shots) == motion


def test_figures_of_several_shots_are_lower_bounds() -> None:
    layout = build_layout([(TURN, 4.0), (FIXED, 4.0)], None, None)
    assert (layout.motion, layout.sweep_deg, layout.at_least) == ("mixed", 240.0, True)
    assert not build_layout([(TURN, 4.0)], None, None).at_least


@pytest.mark.parametrize(
    ("shots", "site_evidence", "basis"),
    [
        ([], None, "not_assessed"),
        ([(TURN, 4.0)], None, "pixels"),
        ([(TURN, 4.0)], evidence(by_telemetry=True), "pixels+telemetry"),
        ([], evidence(by_landmarks=True), "landmarks"),
    ],
)
def test_the_basis_names_its_sources(
    shots: list[tuple[Motion, float]], site_evidence: SiteEvidence | None, basis: str
) -> None:
    assert build_layout(shots, "camp", site_evidence).basis == basis


def test_unknown_zones_differ_from_no_zones() -> None:
    assert build_layout([], "camp", evidence(by_telemetry=True)).zones_seen is None
    assert build_layout([], "camp", evidence(by_landmarks=True)).zones_seen == ()
    assert build_layout([], "camp", evidence(by_landmarks=True, zones=("Gate",))).zones_seen == ("Gate",)


def test_only_motion_hints_are_shots() -> None:
    assert shot_motions([position_hint(31, 42), motion_hint(TURN, 2.0, 5.0)]) == [(TURN, 3.0)]


@pytest.mark.parametrize(
    ("norths_m", "accuracy_m", "length_m"),
    [
        ([0, 10, 20, 30], 5.0, 30.0),
        ([0, 2, -1, 1, 0, 2], 5.0, 0.0),  # jitter of a receiver that stands still
        ([0, 10, 20, 30], 100.0, 30.0),  # two steps exceed the capped accuracy together
        ([0], 5.0, 0.0),
    ],
)
def test_path_length(norths_m: list[float], accuracy_m: float, length_m: float) -> None:
    path = [
        CameraPose(east_m=0.0, north_m=north_m, heading_deg=None, hfov_deg=45.0, accuracy_m=accuracy_m)
        for north_m in norths_m
    ]
    assert path_length_m(path) == pytest.approx(length_m)
