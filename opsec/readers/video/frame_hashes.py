"""Frame analyser for copies: perceptual hashes by which the same clip is recognised when it is posted again.

The hashes are evidence of no place. They are compared in the process that has the case file, without opening a clip.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from opsec.model import Hint
from opsec.model.records import ReaderOutput
from opsec.model.resources import ReaderResources
from opsec.model.vocabulary import MOVING_IMAGE_KINDS, STILL_IMAGE_KINDS
from opsec.readers.video.analyser import AnalyserSpec, FrameAnalyser
from opsec.vision.copies.clip_hasher import ClipHasher
from opsec.vision.copies.packing import pack_hashes
from opsec.vision.decoding.frame import EVIDENCE_PX, Frame

NAME = "frame_hashes"
FIELD = "pictures"


@dataclass(slots=True)
class FrameHashAnalyser:
    """Analyses one clip."""

    hasher: ClipHasher = field(default_factory=ClipHasher)

    def process_frame(self, frame: Frame) -> None:
        """Add a frame, in the size that other analysers ask for too."""
        self.hasher.add_frame(frame.gray(EVIDENCE_PX), frame.at_s)

    def finish(self) -> Iterator[ReaderOutput]:
        """Yield one hint with all hashes, unless no frame shows enough to be recognised by."""
        hashes = self.hasher.finish()
        if hashes is not None:
            yield Hint(kind="features", family="VISUAL", reader=NAME, field=FIELD, hashes=pack_hashes(hashes))


def _create(resources: ReaderResources) -> FrameAnalyser:  # noqa: ARG001 - all analysers are created alike
    return FrameHashAnalyser()


ANALYSER = AnalyserSpec(
    name=NAME, version=1, check=None, file_kinds=MOVING_IMAGE_KINDS | STILL_IMAGE_KINDS, create=_create
)
