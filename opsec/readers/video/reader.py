"""Read the frames of a clip: decode them once, in the worker process, and show them to every frame analyser.

A new kind of evidence from frames is one module beside this one, one entry in ``ANALYSERS`` and one test file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from opsec.model import Check, CheckState, FileKind, Reason
from opsec.model.records import CheckOutcome, DecodeExtent, Gap, ReaderOutput
from opsec.model.resources import ReaderResources
from opsec.model.vocabulary import MOVING_IMAGE_KINDS, PICTURE_CHECKS, STILL_IMAGE_KINDS
from opsec.readers.interface import Reader
from opsec.readers.versions import PICTURES, picture_reader_name
from opsec.readers.video import camera_motion, frame_hashes, landmark_features, signs
from opsec.readers.video.analyser import AnalyserSpec, FrameAnalyser
from opsec.runtime.program_faults import failure_reason
from opsec.vision.decoding.frame import Frame
from opsec.vision.decoding.photo import PhotoDecoder
from opsec.vision.decoding.video import VideoDecoder

__all__ = ["ANALYSERS", "PICTURE_CHECKS", "create_reader"]

ANALYSERS: tuple[AnalyserSpec, ...] = (
    signs.ANALYSER,
    landmark_features.ANALYSER,
    camera_motion.ANALYSER,
    frame_hashes.ANALYSER,
)


def create_reader(resources: ReaderResources, specs: tuple[AnalyserSpec, ...] = ANALYSERS) -> Reader:
    """Create the reader of frames, with the analysers that the installed resources allow."""

    def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:
        yield from _analyse(file, kind, resources, specs)

    return Reader(
        name=_reader_name(resources, specs),
        version=PICTURES[1],
        check="landmarks",
        kinds=MOVING_IMAGE_KINDS | STILL_IMAGE_KINDS,
        read=read,
        also=PICTURE_CHECKS,
        depth=resources.depth,
        decodes=resources.depth != "quick",
    )


def _reader_name(resources: ReaderResources, specs: tuple[AnalyserSpec, ...]) -> str:
    return picture_reader_name((spec.name, spec.version, spec.resource_fingerprint(resources)) for spec in specs)


@dataclass(slots=True)
class _AnalyserRun:
    """One analyser at work on a clip."""

    spec: AnalyserSpec
    analyser: FrameAnalyser
    failed: bool = False
    gap: Gap | None = None

    def process_frame(self, frame: Frame) -> None:
        """Pass on a frame. An analyser that raised an exception gets no more frames; the others go on."""
        if not self.failed:
            try:
                self.analyser.process_frame(frame)
            except MemoryError:
                raise
            except Exception as fault:  # noqa: BLE001 - hostile pixels through a library: any exception is possible
                self._fail(fault)

    def finish(self) -> Iterator[ReaderOutput]:
        """Yield what the analyser found, and the reason where it failed."""
        try:
            yield from self.analyser.finish()
        except MemoryError:
            raise
        except Exception as fault:  # noqa: BLE001 - as above
            self._fail(fault)
        if self.gap:
            yield self.gap

    def _fail(self, fault: Exception) -> None:
        self.failed = True
        self.gap = Gap(failure_reason(fault, self.spec.name))


def _analyse(
    file: BinaryIO, kind: FileKind, resources: ReaderResources, specs: tuple[AnalyserSpec, ...]
) -> Iterator[ReaderOutput]:
    """Run all analysers of this kind of file, then yield the outcome of every check."""
    states: dict[Check, CheckState] = dict.fromkeys(PICTURE_CHECKS, "not_configured")
    states |= {spec.check: "not_applicable" for spec in specs if spec.check and kind not in spec.file_kinds}
    runs: list[_AnalyserRun] = []
    wanted = () if resources.depth == "quick" else specs
    for spec in (spec for spec in wanted if kind in spec.file_kinds):
        analyser = spec.create(resources)
        if isinstance(analyser, Reason):
            yield analyser
        else:
            runs.append(_AnalyserRun(spec, analyser))
    if runs:
        decoder = VideoDecoder(file, kind) if kind in MOVING_IMAGE_KINDS else PhotoDecoder(file, kind)
        yield from _feed_frames(decoder, runs, states)
    yield from (CheckOutcome(check, state) for check, state in states.items())


def _feed_frames(
    decoder: VideoDecoder | PhotoDecoder, runs: list[_AnalyserRun], states: dict[Check, CheckState]
) -> Iterator[ReaderOutput]:
    """Pass every frame to every analyser, then yield what each found; updates ``states``."""
    for frame in decoder.frames():
        for run in runs:
            run.process_frame(frame)
    yield DecodeExtent(decoder.frames_read, decoder.seconds_read)
    for run in runs:
        yield from run.finish() if decoder.frames_read else ()
        if run.spec.check:
            states[run.spec.check] = _check_state(run, decoder)
    yield from decoder.gaps


def _check_state(run: _AnalyserRun, decoder: VideoDecoder | PhotoDecoder) -> CheckState:
    """State of an analyser's check: a video whose frames cannot be decoded was not checked."""
    if not decoder.has_pictures:
        return "not_applicable"
    return "failed" if run.failed or decoder.frames_read == 0 else "ran"
