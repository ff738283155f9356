"""What a viewer is: one kind of evidence that looks at the pictures of a clip as they pass by."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from opsec.model import Check, FileKind, Reason
from opsec.model.records import Found
from opsec.model.resources import Kit
from opsec.vision.decoding.frame import Frame


class Viewer(Protocol):
    """Looks at one clip. It keeps its own memory: arrays, never a ``Frame``, whose full picture would stay with it."""

    def see(self, frame: Frame) -> None:
        """Shown about eight pictures a second of film, in order; a photo is one picture at 0.0 s."""

    def found(self) -> Iterator[Found]:
        """Asked once, after the last picture."""


def _nothing(kit: Kit) -> str:  # noqa: ARG001 - every kind of viewer is asked the same way
    return ""


@dataclass(frozen=True, slots=True)
class ViewerKind:
    """One kind of evidence in pictures."""

    name: str
    version: int
    """Raised whenever it gives other records for the same pictures."""
    check: Check
    kinds: frozenset[FileKind]
    new: Callable[[Kit], Viewer | Reason]
    """A viewer for one clip; a reason when its data or its libraries are not installed here."""
    equipment: Callable[[Kit], str] = _nothing
    """Names what ``new`` would work with (data and their sizes, or that there are none), without loading any of it:
    a reading made without language data must not be taken for one made with them."""
