"""The viewer for landmarks: the local features of a few sharp pictures of a clip, and those pictures as evidence.

It knows no landmark. The features are matched in the process that holds the sites, and again whenever a new
photo of a landmark is added, without opening a clip.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from opsec.i18n.messages import Message, reason
from opsec.model import Hint, Reason
from opsec.model.records import Found
from opsec.model.resources import Kit
from opsec.readers.video.analyser import ViewerKind
from opsec.vision.decoding.frame import Frame, evidence_picture
from opsec.vision.decoding.photo import FORMATS
from opsec.vision.decoding.video import DEMUXERS
from opsec.vision.features.keyframe_selection import Choice
from opsec.vision.features.local_features import BY_SIFT, EVIDENCE_PX, Finder, packed
from opsec.vision.features.low_light import looked_at
from opsec.vision.features.onnx_extractor import Learned, opened, too_old
from opsec.vision.features.overlay_mask import seen_through

NAME, VERSION = "landmarks", 5
FIELD = "picture"


@dataclass(slots=True)
class LandmarkViewer:
    """Looks at one clip."""

    finder: Finder = BY_SIFT
    choice: Choice = field(default_factory=Choice)

    def see(self, frame: Frame) -> None:
        """Hold the picture if it is sharp and shows something else."""
        self.choice.see(frame)

    def found(self) -> Iterator[Found]:
        """A hint a picture, of a dark one sometimes two; one without any feature is told too, for it was looked at."""
        chosen = self.choice.chosen()
        greys = [one.grey for one in chosen]
        for number, features in looked_at(self.finder, list(zip(greys, seen_through(greys), strict=True))):
            one = chosen[number]
            yield Hint(
                kind="features",
                family="VISUAL",
                reader=NAME,
                field=FIELD,
                at_s=one.at_s,
                features=packed(features),
                picture=evidence_picture(one.colour, EVIDENCE_PX),
            )


def new(kit: Kit) -> LandmarkViewer | Reason:
    """A viewer with the finder that is set; the reason when its model cannot be used."""
    if kit.landmark_model is None:
        return LandmarkViewer()
    finder = _loaded(*kit.landmark_model)
    return finder if isinstance(finder, Reason) else LandmarkViewer(finder)


@cache
def _loaded(method: str, path: str) -> Learned | Reason:
    """The model, loaded with the first clip that has pictures."""
    file = opened(method, Path(path), method)
    if isinstance(file, Message) or too_old() is not None:
        return reason("no_landmark_model", method=method)
    return Learned.load(file) or reason("no_landmark_model", method=method)


def equipment(kit: Kit) -> str:
    """Names the model that finds the features, if one is set: a reading by another must not be taken for its own."""
    if kit.landmark_model is None:
        return ""
    method, path = kit.landmark_model
    file = opened(method, Path(path), method)
    return f"[{method} missing]" if isinstance(file, Message) else f"[{file.name}]"


KIND = ViewerKind(
    name=NAME, version=VERSION, check="landmarks", kinds=frozenset({*DEMUXERS, *FORMATS}), new=new, equipment=equipment
)  # fmt: skip
