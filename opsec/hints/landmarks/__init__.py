"""The viewer for landmarks: the local features of a few sharp pictures of a clip, and those pictures as evidence.

It knows no landmark. The features are matched in the process that holds the sites, and again whenever a new
photo of a landmark is added, without opening a clip.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from opsec.hints.frames.film import DEMUXERS
from opsec.hints.frames.frame import Frame, evidence_picture
from opsec.hints.frames.photo import FORMATS
from opsec.hints.frames.viewer import ViewerKind
from opsec.hints.kit import Kit
from opsec.hints.landmarks.choose import Choice
from opsec.hints.landmarks.features import EVIDENCE_PX, extract, packed
from opsec.hints.landmarks.mask import seen_through
from opsec.hints.reader import Found
from opsec.model import Hint

NAME, VERSION = "landmarks", 3
FIELD = "picture"


@dataclass(slots=True)
class LandmarkViewer:
    """Looks at one clip."""

    choice: Choice = field(default_factory=Choice)

    def see(self, frame: Frame) -> None:
        """Hold the picture if it is sharp and shows something else."""
        self.choice.see(frame)

    def found(self) -> Iterator[Found]:
        """A hint a picture; one without a single feature is still told, for it was looked at."""
        chosen = self.choice.chosen()
        for one, mask in zip(chosen, seen_through([one.grey for one in chosen]), strict=True):
            yield Hint(
                kind="features",
                family="VISUAL",
                reader=NAME,
                field=FIELD,
                at_s=one.at_s,
                features=packed(extract(one.grey, mask)),
                picture=evidence_picture(one.colour, EVIDENCE_PX),
            )


def _new(_kit: Kit) -> LandmarkViewer:
    return LandmarkViewer()


KIND = ViewerKind(name=NAME, version=VERSION, check="landmarks", kinds=frozenset({*DEMUXERS, *FORMATS}), new=_new)
