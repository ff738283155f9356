"""Frame analyser for landmarks: yields the local features of a clip's key frames, and those frames as evidence.

It knows no landmark. The features are matched in the process that has the sites, and again whenever a reference photo
is added, without opening a clip. For the same reason the features of a landmark model are extracted from every clip
when one is set: only that process can tell whether SIFT was certain, and a later photo may be matched by them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from opsec.i18n.messages import Message
from opsec.i18n.reasons import make_reason
from opsec.model import Hint, Reason
from opsec.model.records import ReaderOutput
from opsec.model.resources import ReaderResources
from opsec.model.vocabulary import MOVING_IMAGE_KINDS, STILL_IMAGE_KINDS
from opsec.readers.video.analyser import AnalyserSpec
from opsec.vision.decoding.frame import Frame, encode_evidence_picture
from opsec.vision.features.feature_packing import pack_features
from opsec.vision.features.keyframe_selection import Keyframe, KeyframeSelector, evenly_spaced
from opsec.vision.features.local_features import EVIDENCE_PX, SIFT_EXTRACTOR, FeatureExtractor
from opsec.vision.features.low_light import extract_per_frame
from opsec.vision.features.model_folder import LearnedModel, load_learned_model
from opsec.vision.features.onnx_extractor import OnnxExtractor, check_opencv_version, load_model_file
from opsec.vision.features.overlay_mask import overlay_masks
from opsec.vision.features.xfeat_extractor import METHOD as XFEAT
from opsec.vision.features.xfeat_extractor import XFeatExtractor

if TYPE_CHECKING:
    from opsec.vision.arrays import Mask

NAME, VERSION = "landmarks", 6
FIELD = "picture"
MAX_CLIP_FEATURES = 4_000
"""Features of all frames of a clip, those of the strongest response of each: a clip of five frames keeps them all."""
MAX_EVIDENCE_BYTES = 5_000
"""Size of the picture of a key frame: a clip has several, and few are ever looked at."""

MAX_LEARNED_FRAMES, MAX_LEARNED_FEATURES = 3, 512
"""Key frames of a clip from which a landmark model extracts, and features of each: 64 bytes and a position each, about
27 bytes in the case file: 41 kB a clip."""


@dataclass(slots=True)
class LandmarkFeatureAnalyser:
    """Analyses one clip."""

    extractor: FeatureExtractor = SIFT_EXTRACTOR
    learned: XFeatExtractor | Reason | None = None
    """Model for clips of which SIFT is not certain; the reason when one is configured and cannot be used."""
    selector: KeyframeSelector = field(default_factory=KeyframeSelector)

    def process_frame(self, frame: Frame) -> None:
        """Consider a frame as a key frame."""
        self.selector.add_frame(frame)

    def finish(self) -> Iterator[ReaderOutput]:
        """Yield one hint per key frame (two for some dark frames), including frames without features."""
        keyframes = self.selector.select()
        grays = [one.gray for one in keyframes]
        frames = list(zip(grays, overlay_masks(grays), strict=True))
        extracted = list(extract_per_frame(self.extractor, frames))
        for number, features in extracted:
            keyframe = keyframes[number]
            yield Hint(
                kind="features",
                family="VISUAL",
                reader=NAME,
                field=FIELD,
                at_s=keyframe.at_s,
                features=pack_features(features.select(slice(0, MAX_CLIP_FEATURES // len(extracted)))),
                picture=encode_evidence_picture(keyframe.color, EVIDENCE_PX, MAX_EVIDENCE_BYTES),
            )
        yield from self._learned_features(keyframes, [mask for _gray, mask in frames])

    def _learned_features(self, keyframes: list[Keyframe], masks: "list[Mask | None]") -> Iterator[ReaderOutput]:
        """Yield one more hint for some key frames, without a picture; the reason when the model fails."""
        import cv2

        if self.learned is None:
            return
        if isinstance(self.learned, Reason):
            yield self.learned
            return
        for number in evenly_spaced(len(keyframes), MAX_LEARNED_FRAMES):
            gray, mask = keyframes[number].gray, masks[number]
            try:
                features = self.learned.extract(gray, mask, MAX_LEARNED_FEATURES)
            except (cv2.error, ValueError):  # not XFeat's outputs, or an operation that this OpenCV does not have
                yield make_reason("no_learned_model")
                return
            yield Hint(
                kind="features",
                family="VISUAL",
                reader=NAME,
                field=FIELD,
                at_s=keyframes[number].at_s,
                features=pack_features(features),
            )


def create(resources: ReaderResources) -> LandmarkFeatureAnalyser | Reason:
    """Create an analyser with the configured extractor; return the reason when its model cannot be used."""
    if resources.landmark_model is None:
        folder = resources.learned_models
        return LandmarkFeatureAnalyser(learned=None if folder is None else learned_extractor(folder))
    extractor = _load_extractor(*resources.landmark_model)
    return extractor if isinstance(extractor, Reason) else LandmarkFeatureAnalyser(extractor)


@cache
def _load_extractor(method: str, path: str) -> OnnxExtractor | Reason:
    """Load the model, once per process, with the first clip that has frames."""
    file = load_model_file(method, Path(path), method)
    if isinstance(file, Message) or check_opencv_version() is not None:
        return make_reason("no_landmark_model", method=method)
    return OnnxExtractor.load(file) or make_reason("no_landmark_model", method=method)


@cache
def learned_extractor(folder: str) -> XFeatExtractor | Reason:
    """Load the model of a folder, once per process; an empty name stands for one that does not work."""
    model = load_learned_model(Path(folder)) if folder else None
    if not isinstance(model, LearnedModel) or model.method != XFEAT:
        return make_reason("no_learned_model")
    return XFeatExtractor.load(model.content, model.name) or make_reason("no_learned_model")


def resource_fingerprint(resources: ReaderResources) -> str:
    """Name the model that extracts features, if one is configured."""
    if resources.learned_models is not None:
        model = load_learned_model(Path(resources.learned_models)) if resources.learned_models else None
        return f"[{model.name}]" if isinstance(model, LearnedModel) else "[model missing]"
    if resources.landmark_model is None:
        return ""
    method, path = resources.landmark_model
    file = load_model_file(method, Path(path), method)
    return f"[{method} missing]" if isinstance(file, Message) else f"[{file.name}]"


ANALYSER = AnalyserSpec(
    name=NAME,
    version=VERSION,
    check="landmarks",
    file_kinds=MOVING_IMAGE_KINDS | STILL_IMAGE_KINDS,
    create=create,
    resource_fingerprint=resource_fingerprint,
)
