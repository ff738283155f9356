"""With few landmarks nothing is left to an index: every photo is compared, in both senses, with several pictures."""

from collections.abc import Sequence

from opsec.hints.landmarks.features import Extracted
from opsec.match.landmarks.enrol import Enrolled
from opsec.match.landmarks.search import Lead, evenly
from opsec.match.landmarks.sight import holds

MOST_FRAMES = 4
"""Pictures of one clip that are compared with every photo."""


def compared(frames: Sequence[Extracted], photos: Sequence[Enrolled]) -> list[Lead]:
    """Every photo that a picture of the clip fits, each in each sense at most once, the best first."""
    best: dict[tuple[int, bool], Lead] = {}
    for frame in evenly(len(frames), MOST_FRAMES):
        for photo in range(len(photos)):
            for flipped in (False, True):
                fit = holds(frames, photos, Lead(photo, flipped, 0, 0.0, frame))
                known = best.get((photo, flipped))
                if fit is not None and (known is None or fit.inliers > known.support):
                    best[photo, flipped] = Lead(photo, flipped, fit.inliers, float(fit.inliers), frame)
    return sorted(best.values(), key=lambda lead: (-lead.support, lead.photo, lead.mirrored))
