"""Camera motion of takes with true parallax: one of each kind that was once mistaken for another."""

import numpy as np
import pytest

from opsec.matching.layout.scoring import build_layout, shot_motions
from opsec.model import Layout
from tests.vision.camera_motion.synthetic_street import analyse_frames
from tests.vision.camera_motion.synthetic_takes import KINDS, Take, transcoded

SEED = 100


def render(kind: str) -> Take:
    """The take of a kind, as the benchmark ``scenes`` renders it."""
    return KINDS[kind].render(SEED, np.random.default_rng(1_000 * list(KINDS).index(kind) + SEED))


def assess(take: Take) -> Layout:
    """Layout of a clip that is this take."""
    return build_layout(shot_motions(analyse_frames(take.frames)), None, None)


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind", ["head, plain wall", "thing before wall", "mast, traffic", "sea", "drive", "flight, nadir", "walk"]
)
def test_motion_in_the_scene_is_distinguished_from_motion_of_the_camera(kind: str) -> None:
    assert assess(render(kind)).motion in KINDS[kind].right


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["whip pan", "action camera", "walk and turn", "follow"])
def test_turns_are_measured_or_bounded(kind: str) -> None:
    take = render(kind)
    layout = assess(take)
    assert layout.motion in KINDS[kind].right
    assert layout.heading_deg is not None
    close = abs(layout.heading_deg - take.yaw_deg) <= max(8.0, 0.15 * take.yaw_deg)
    assert close or (layout.at_least and 10.0 <= layout.heading_deg < take.yaw_deg)


@pytest.mark.slow
def test_a_repost_of_low_quality_changes_no_class() -> None:
    assert assess(transcoded(render("mast, traffic"))).motion == "fixed"
