"""Interface of a frame analyser: one kind of evidence that is gained from the frames of a clip as they pass by.

``tests/readers/video/test_reader.py`` is the contract that every analyser meets.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from opsec.model import Check, FileKind, Reason
from opsec.model.records import ReaderOutput
from opsec.model.resources import ReaderResources
from opsec.vision.decoding.frame import Frame


class FrameAnalyser(Protocol):
    """Analyses one clip.

    It keeps its own memory: arrays, never a ``Frame``, which would keep the full-size image alive.
    """

    def process_frame(self, frame: Frame) -> None:
        """Process one frame. A video gives about eight a second, in order; a photo is one frame at 0.0 s."""

    def finish(self) -> Iterator[ReaderOutput]:
        """Yield what was found. Called once, after the last frame."""


def _no_resources(resources: ReaderResources) -> str:  # noqa: ARG001 - the signature is that of the field it fills
    return ""


@dataclass(frozen=True, slots=True)
class AnalyserSpec:
    """How one kind of frame analyser is named, chosen and created."""

    name: str
    version: int
    """Raised whenever the analyser gives other records for the same frames."""
    check: Check | None
    """The check that it answers, if any."""
    file_kinds: frozenset[FileKind]
    """Kinds of files whose frames it analyses."""
    create: Callable[[ReaderResources], FrameAnalyser | Reason]
    """Create an analyser for one clip; a reason when its data or its libraries are not installed."""
    resource_fingerprint: Callable[[ReaderResources], str] = _no_resources
    """Name what ``create`` would use (data and their sizes, or that there are none) without loading it: a reading made
    without language data must not be taken for one made with them."""
