"""The pictures of a clip: decoded once, in the reading process, and shown to every kind of evidence that looks at them.

A new kind of evidence in pictures is one room beside this one, one line in ``VIEWERS`` and one test file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from opsec.i18n.messages import reason
from opsec.model import Check, CheckState, FileKind, Reason
from opsec.model.records import Answered, Found, Gap, Looked
from opsec.model.resources import Kit
from opsec.readers.interface import Reader
from opsec.readers.video import landmark_features, signs
from opsec.readers.video.analyser import Viewer, ViewerKind
from opsec.readers.video.camera_motion import KIND as CAMERA
from opsec.vision.decoding.frame import Frame
from opsec.vision.decoding.photo import FORMATS, Photo
from opsec.vision.decoding.video import DEMUXERS, Film

NAME = "pictures"
VERSION = 1
FILMS: frozenset[FileKind] = frozenset(DEMUXERS)
PHOTOS: frozenset[FileKind] = frozenset(FORMATS)
PICTURE_CHECKS: tuple[Check, ...] = ("signage", "landmarks", "layout")

VIEWERS: tuple[ViewerKind, ...] = (signs.KIND, landmark_features.KIND, CAMERA)


def reader(kit: Kit, kinds: tuple[ViewerKind, ...] = VIEWERS) -> Reader:
    """The reader of pictures, equipped with what is installed here."""

    def read(file: BinaryIO, kind: FileKind) -> Iterator[Found]:
        yield from _looked_at(file, kind, kit, kinds)

    return Reader(
        name=_named(kit, kinds), version=VERSION, check="landmarks", kinds=FILMS | PHOTOS, read=read,
        also=PICTURE_CHECKS, decodes=True,
    )  # fmt: skip


def _named(kit: Kit, kinds: tuple[ViewerKind, ...]) -> str:
    """Changes with every viewer and with all that it works with, so that no reading outlives its equipment."""
    viewers = (f"{kind.name}={kind.version}{kind.equipment(kit)}" for kind in kinds)
    return f"{NAME}({','.join(viewers)})"


@dataclass(slots=True)
class _Seat:
    """One viewer at work on a clip."""

    kind: ViewerKind
    viewer: Viewer
    fallen: bool = False
    gap: Gap | None = None

    def show(self, frame: Frame) -> None:
        """Have it look at a picture. One that fell over an earlier one sees no more; the others go on."""
        if not self.fallen:
            try:
                self.viewer.see(frame)
            except MemoryError:
                raise
            except Exception as fault:  # noqa: BLE001 - hostile pixels through a library: any exception is possible
                self._fall(fault)

    def told(self) -> Iterator[Found]:
        """What it found, and what it fell over."""
        try:
            yield from self.viewer.found()
        except MemoryError:
            raise
        except Exception as fault:  # noqa: BLE001 - as above
            self._fall(fault)
        if self.gap:
            yield self.gap

    def _fall(self, fault: Exception) -> None:
        self.fallen = True
        self.gap = Gap(reason("not_read", part=self.kind.name, detail=type(fault).__name__))


def _looked_at(file: BinaryIO, kind: FileKind, kit: Kit, kinds: tuple[ViewerKind, ...]) -> Iterator[Found]:
    states: dict[Check, CheckState] = dict.fromkeys(PICTURE_CHECKS, "not_configured")
    states |= {one.check: "not_applicable" for one in kinds if kind not in one.kinds}
    seats: list[_Seat] = []
    for one in (one for one in kinds if kind in one.kinds):
        viewer = one.new(kit)
        if isinstance(viewer, Reason):
            yield viewer
        else:
            seats.append(_Seat(one, viewer))
    if seats:
        yield from _watched(Film(file, kind) if kind in FILMS else Photo(file, kind), seats, states)
    yield from (Answered(check, state) for check, state in states.items())


def _watched(clip: Film | Photo, seats: list[_Seat], states: dict[Check, CheckState]) -> Iterator[Found]:
    """Every picture is shown to every viewer; then each tells what it found."""
    import cv2

    cv2.setNumThreads(1)
    for frame in clip.frames():
        for seat in seats:
            seat.show(frame)
    yield Looked(clip.frames_read, clip.seconds_read)
    for seat in seats:
        yield from seat.told() if clip.frames_read else ()
        states[seat.kind.check] = _state(seat, clip)
    yield from clip.gaps


def _state(seat: _Seat, clip: Film | Photo) -> CheckState:
    """A film without pictures has nothing to look at; one whose pictures cannot be decoded was not looked at."""
    if not clip.has_pictures:
        return "not_applicable"
    return "failed" if seat.fallen or clip.frames_read == 0 else "ran"
