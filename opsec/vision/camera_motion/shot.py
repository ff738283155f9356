"""One shot of a film, followed corner by corner, and what is told of it at its end."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from opsec.model import Motion
from opsec.vision.camera_motion.correspondences import found_in
from opsec.vision.camera_motion.frame_points import Sight, at_rim
from opsec.vision.camera_motion.loop_closure import LEAST_DEG, stretch
from opsec.vision.camera_motion.motion_classifier import LEAST_KNOWN, NARROWEST_DEG, Seen, motion_of, sweeps_behind
from opsec.vision.camera_motion.motion_segmentation import backgrounds
from opsec.vision.camera_motion.motion_statistics import flow
from opsec.vision.camera_motion.panorama import panorama, side_by_side
from opsec.vision.camera_motion.point_tracker import Follower
from opsec.vision.camera_motion.rotation_odometry import View, field_of_view, headings, horizontal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]

MOST_SIGHTS = 960
"""Two minutes: a longer shot is told in parts."""
FEWEST_SIGHTS = 3
MOST_KEPT = 128
"""Pictures of a shot that are kept for the strip; of more, every second one is let go."""
FEWEST_CORNERS = 10
STILL_SHARE = 0.45
"""Share of the edges at the rim that stand still on a tripod, at least."""
SURE_SHARE = 0.95
"""Share of the steps that must have been measured for the figures not to be lower bounds."""
WAIT_S, WORTH_A_LOOK = 0.24, 0.02
"""A picture is passed over when corners would go less far in that time, as a share of the shorter side."""
TURNED_SHIFT = 1.2
"""How far, in shorter sides, the picture must have moved before a travelling camera is said to have turned."""


@dataclass(slots=True)
class Shot:
    """A shot while it lasts."""

    follower: Follower = field(default_factory=Follower)
    kept: "dict[int, Grey]" = field(default_factory=dict)
    _every: int = 1

    def add(self, grey: "Grey", at_s: float) -> bool:
        """Add a picture; False when another shot begins with it."""
        number = len(self.follower.sights)
        if number >= MOST_SIGHTS or not self.follower.follow(grey, at_s):
            return False
        if number % self._every == 0:
            self.kept[number] = grey
        if len(self.kept) > MOST_KEPT:
            self._every *= 2
            self.kept = {one: picture for one, picture in self.kept.items() if one % self._every == 0}
        return True

    @property
    def due_s(self) -> float:
        """When the next picture is worth a look: a camera that moves slowly shows little else in the meantime."""
        sights = self.follower.sights
        if len(sights) < 2 or self.follower.still.mask is None:  # captions not yet known would seem a slow camera
            return self.until_s
        pace = self.follower.step / max(1e-3, sights[-1].at_s - sights[-2].at_s)
        return self.until_s + (WAIT_S if pace * WAIT_S < WORTH_A_LOOK else 0.0)

    @property
    def from_s(self) -> float:
        """When the shot begins."""
        return self.follower.sights[0].at_s

    @property
    def until_s(self) -> float:
        """When its last picture was seen."""
        return self.follower.sights[-1].at_s

    def told(self) -> "tuple[Motion, Grey | None]":
        """How the camera moved, and a picture for a person to check it by."""
        pictures = [self.kept[number] for number in sorted(self.kept)]
        sights = self.follower.without_burnt_in()
        if len(sights) < FEWEST_SIGHTS:
            return Motion(motion="unknown", views=1), _shown(pictures[:1])
        size = (pictures[0].shape[1], pictures[0].shape[0])
        seen = _seen(sights, self.follower.still.share, size)
        if seen is None:
            steady = self.follower.still.share > STILL_SHARE
            return Motion(motion="fixed" if steady else "unknown", views=1 if steady else None), _shown(pictures[:1])
        motion = motion_of(seen)
        if motion == "turn":
            return self._turn(seen, size)
        picked = pictures[:1] if motion == "fixed" else pictures
        return _other(motion, seen, size, self.until_s - self.from_s), _shown(picked)

    def _turn(self, seen: Seen, size: tuple[int, int]) -> "tuple[Motion, Grey | None]":
        """A turn: its circle closed where it comes round, its strip."""
        places = [self.kept.get(number) for number in range(len(self.follower.sights))]
        selfie, fov, turn = _films_himself(seen), seen.view.short_fov_deg, seen.headings
        if fov is None or fov < NARROWEST_DEG or turn.known < LEAST_KNOWN:
            return Motion(motion="turn", selfie=selfie, at_least=True), _shown([p for p in places if p is not None])
        if turn.range_deg > LEAST_DEG:
            factor = stretch(places, turn.heading_deg, fov) or 1.0
            turn, fov = replace(turn, heading_deg=turn.heading_deg * factor), fov * factor
        hfov = horizontal(fov, size)
        swept = min(360.0, turn.range_deg)
        motion = Motion(
            motion="turn", heading_deg=swept, hfov_deg=hfov, sweep_deg=min(360.0, swept + hfov),
            views=max(1, round(min(360.0, swept + hfov) / hfov)), selfie=selfie, at_least=turn.known < SURE_SHARE,
        )  # fmt: skip
        return motion, panorama(places, turn.heading_deg, fov)


def _seen(sights: Sequence[Sight], still: float, size: tuple[int, int]) -> Seen | None:
    """All measures of a shot; none when there is next to nothing to follow in it."""
    corners = float(np.median([len(sight.ids) for sight in sights]))
    if corners < FEWEST_CORNERS:
        return None
    layers = backgrounds(sights, size)
    view = field_of_view(sights, layers, size)
    moved = flow(sights, view.short_fov_deg, size)
    if moved is None:
        return None
    rim_kept, middle_kept = _kept(sights, size)
    turn = headings(layers, view.short_fov_deg, size)
    return Seen(view, turn, moved, still, rim_kept, middle_kept)


def _kept(sights: Sequence[Sight], size: tuple[int, int]) -> tuple[float, float]:
    """Share of the corners at the rim, and of those in the middle, that the next picture has again."""
    found = {True: 0, False: 0}
    asked = {True: 1, False: 1}
    for one, other in itertools.pairwise(sights):
        again = found_in(one.ids, other.ids) >= 0
        rim = at_rim(one.places, size)
        middle = ~rim & (np.abs(one.places[:, 0] / size[0] - 0.5) < 0.33)
        for where, mask in ((True, rim), (False, middle)):
            found[where] += int(again[mask].sum())
            asked[where] += int(mask.sum())
    return found[True] / asked[True], found[False] / asked[False]


def _films_himself(seen: Seen) -> bool:
    """A person in the middle moves otherwise than the rim."""
    return sweeps_behind(seen) or (seen.flow.turn < 0.85 and seen.flow.rim_turn > seen.flow.turn + 0.08)


def _other(motion: str, seen: Seen, size: tuple[int, int], lasts_s: float) -> Motion:
    """Everything but a turn. The lens is told where a turn told it; what a walk swept is a lower bound."""
    hfov = None if seen.view.short_fov_deg is None or motion == "zoom" else horizontal(seen.view.short_fov_deg, size)
    match motion:
        case "unknown":
            return Motion(motion="unknown")
        case "overhead":
            return Motion(motion="overhead", views=1 + int(seen.flow.shift), overhead_s=lasts_s)
        case "travel":
            turned = hfov is not None and seen.flow.shift > TURNED_SHIFT
            swept = min(360.0, seen.headings.range_deg) if turned else None
            return Motion(motion="travel", heading_deg=swept, pace=seen.flow.passing, at_least=True)
        case "zoom":
            return Motion(motion="zoom", views=1)
    sure = _sure(hfov, seen.view)
    shaken = None if sure is None else min(360.0, seen.headings.range_deg)
    return Motion(motion="fixed", heading_deg=shaken, hfov_deg=sure, views=1)


def _sure(hfov_deg: float | None, view: View) -> float | None:
    """The field of view of a shot without a turn: shake alone tells it only when much of it agrees."""
    return hfov_deg if hfov_deg is not None and view.misfit < 0.25 and view.pairs >= 12 and hfov_deg > 30 else None


def _shown(pictures: "Sequence[Grey]") -> "Grey | None":
    return side_by_side(pictures) if pictures else None
