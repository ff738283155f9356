"""Hints of a landmark model for made frames, as the reading process gives them."""

from collections.abc import Iterator
from dataclasses import replace

from opsec.model import Hint
from opsec.model.resources import ReaderResources
from opsec.readers.video.landmark_features import MAX_LEARNED_FEATURES, MAX_LEARNED_FRAMES, learned_extractor
from opsec.vision.features.feature_packing import pack_features
from opsec.vision.features.keyframe_selection import evenly_spaced
from opsec.vision.features.overlay_mask import overlay_masks
from opsec.vision.features.xfeat_extractor import XFeatExtractor
from tests.matching.landmarks.drawn import Bytes, frame_hint


def learned_hints(grays: list[Bytes], kit: ReaderResources) -> Iterator[Hint]:
    """Hints for the frames from which the reader extracts with a landmark model; none when none is configured."""
    if kit.learned_models is None:
        return
    extractor = learned_extractor(kit.learned_models)
    assert isinstance(extractor, XFeatExtractor), extractor
    masks = overlay_masks(grays)
    for number in evenly_spaced(len(grays), MAX_LEARNED_FRAMES):
        found = extractor.extract(grays[number], masks[number], MAX_LEARNED_FEATURES)
        yield replace(frame_hint(grays[number], 1.5 * number, f"m{number}"), features=pack_features(found))
