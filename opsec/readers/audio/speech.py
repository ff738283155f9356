"""Words that are spoken in a film, written down by a model on this machine: treated like a caption, with times.

Optional: it needs the package faster-whisper (``opsec[speech]``) and the folder of a model of its kind. The
model is opened as a folder with all its files there; nothing is ever asked of a network.
"""

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from opsec.formats.subtitle_cues import Cue
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import path_text, plain
from opsec.model import CheckState, FileKind
from opsec.model.records import Answered, Found
from opsec.model.resources import Kit
from opsec.readers.audio.decoder import SoundTrack
from opsec.readers.interface import Reader
from opsec.readers.text.cue_passages import Passages
from opsec.vision.decoding.video import DEMUXERS

if TYPE_CHECKING:
    from opsec.readers.audio.decoder import Samples

NAME = "speech"
VERSION = 1
FIELD = "speech"
PACKAGE = "faster_whisper"
FILMS: frozenset[FileKind] = frozenset(DEMUXERS) - {"gif"}
MODEL_FILES = ("model.bin", "config.json", "tokenizer.json")
"""Without its own tokenizer the package would fetch one."""
MOST_SEGMENTS = 2_000
"""Of one piece; nobody says more than six a second."""


def readers(kit: Kit) -> tuple[Reader, ...]:
    """The reader of speech, if a model is set; it comes last, for it needs the most memory."""
    if kit.speech_model is None:
        return ()
    folder = Path(kit.speech_model)

    def read(file: BinaryIO, kind: FileKind) -> Iterator[Found]:
        yield from _heard(file, kind, folder)

    name = f"{NAME}({_equipment(folder)})"
    return (Reader(name=name, version=VERSION, check="speech", kinds=FILMS, read=read, decodes=True),)


def trouble(folder: Path) -> Message | None:
    """Why speech cannot be read with the model in this folder, and what to do; none when it can."""
    shown = plain(path_text(folder))
    if not folder.is_dir():
        return _(
            "speech.model in opsec.toml names {folder}, which is no folder; put a faster-whisper model there, or take "
            "that line out",
            folder=shown,
        )
    lacking = [name for name in MODEL_FILES if not (folder / name).is_file()]
    if lacking:
        return _(
            "the speech model in {folder} lacks {files}; copy the whole folder of the model there, for nothing is ever "
            "downloaded",
            folder=shown,
            files=", ".join(lacking),
        )
    if find_spec(PACKAGE) is None:
        return _(
            "speech.model is set to {folder}, but the package faster-whisper is not installed; install opsec[speech]",
            folder=shown,
        )
    return None


def _equipment(folder: Path) -> str:
    """Names the model by the sizes of its files: a reading made with another one must not be taken for its own."""
    sizes = (str(path.stat().st_size) if (path := folder / name).is_file() else "none" for name in MODEL_FILES)
    return " ".join(sizes)


def _heard(file: BinaryIO, kind: FileKind, folder: Path) -> Iterator[Found]:
    track, passages = SoundTrack(file, kind), Passages(FIELD, NAME)
    for begin_s, samples in track.pieces():
        for cue in _written_down(samples, folder):
            yield from passages.take(Cue(begin_s + cue.at_s, begin_s + cue.until_s, cue.lines))
    yield from passages.rest()
    yield from track.gaps
    yield Answered("speech", _state(track))


def _state(track: SoundTrack) -> CheckState:
    """A film without sound has nothing to listen to; one whose sound cannot be decoded was not listened to."""
    if not track.has_sound:
        return "failed" if track.gaps else "not_applicable"
    return "ran" if track.seconds else "failed"


def _written_down(samples: "Samples", folder: Path) -> Iterator[Cue]:
    """What is said in a stretch of sound. No chance and no memory of other pieces: the same sound, the same words."""
    segments, _info = _model(str(folder)).transcribe(
        samples, beam_size=5, temperature=[0.0], condition_on_previous_text=False
    )
    for number, segment in enumerate(segments):
        if number == MOST_SEGMENTS:
            break
        at_s = min(max(0.0, float(segment.start)), 1e6)
        yield Cue(at_s, max(at_s, min(float(segment.end), 1e6)), [str(segment.text).strip()])


@cache
def _model(folder: str) -> Any:
    """The model, loaded with the first film that has a sound."""
    from faster_whisper import WhisperModel

    return WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1, num_workers=1, local_files_only=True)
