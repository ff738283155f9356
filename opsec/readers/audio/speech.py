"""Transcribe speech with a model on this machine; the text is treated as a caption with times.

Optional: needs the package faster-whisper (``opsec[speech]``) and a folder with a model. The model is opened as a
folder that must hold all its files; nothing is downloaded.
"""

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from opsec.formats.subtitle_cues import SubtitleCue
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import decode_path, escape_unsafe
from opsec.model import CheckState, FileKind
from opsec.model.fields import SPEECH
from opsec.model.records import CheckOutcome, ReaderOutput
from opsec.model.resources import ReaderResources
from opsec.model.vocabulary import VIDEO_KINDS
from opsec.readers.audio.decoder import AudioDecoder
from opsec.readers.interface import Reader
from opsec.readers.text.cue_passages import PassageBuilder

if TYPE_CHECKING:
    from opsec.readers.audio.decoder import Samples

NAME = "speech"
VERSION = 1
PACKAGE = "faster_whisper"
MODEL_FILES = ("model.bin", "config.json", "tokenizer.json")
"""Files of a model; without its tokenizer the package would try to download one."""
MAX_SEGMENTS = 2_000
"""Limit for one chunk; nobody says more than six segments per second."""


def readers(kit: ReaderResources) -> tuple[Reader, ...]:
    """Reader of speech, if a model is configured; it runs last because it needs the most memory."""
    if kit.speech_model is None:
        return ()
    folder = Path(kit.speech_model)

    is_quick = kit.depth == "quick"

    def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:
        if is_quick:
            yield CheckOutcome("speech", "not_configured")
        else:
            yield from _read_speech(file, kind, folder)

    name = f"{NAME}({model_identity(folder)})"
    return (
        Reader(
            name=name,
            version=VERSION,
            check="speech",
            kinds=VIDEO_KINDS,
            read=read,
            depth=kit.depth,
            decodes=not is_quick,
        ),
    )


def model_fault(folder: Path) -> Message | None:
    """Return why speech cannot be read with the model in this folder, and the next step; None when it can."""
    shown = escape_unsafe(decode_path(folder))
    if not folder.is_dir():
        return _(
            "speech.model in opsec.toml names {folder}, which is not a folder; put a faster-whisper model there, or "
            "remove that line",
            folder=shown,
        )
    lacking = [name for name in MODEL_FILES if not (folder / name).is_file()]
    if lacking:
        return _(
            "the speech model in {folder} lacks {files}; copy the complete folder of the model there, because opsec "
            "does not download anything",
            folder=shown,
            files=", ".join(lacking),
        )
    if find_spec(PACKAGE) is None:
        return _(
            "speech.model is set to {folder}, but the package faster-whisper is not installed; install opsec[speech]",
            folder=shown,
        )
    return None


def model_identity(folder: Path) -> str:
    """Identify a model by the sizes of its files, so that readings of another model are not reused."""
    sizes = (str(path.stat().st_size) if (path := folder / name).is_file() else "none" for name in MODEL_FILES)
    return " ".join(sizes)


def _read_speech(file: BinaryIO, kind: FileKind, folder: Path) -> Iterator[ReaderOutput]:
    track, passages = AudioDecoder(file, kind), PassageBuilder(SPEECH, NAME)
    for begin_s, samples in track.chunks():
        for cue in _transcribe(samples, folder):
            yield from passages.add(SubtitleCue(begin_s + cue.at_s, begin_s + cue.until_s, cue.lines))
    yield from passages.finish()
    yield from track.gaps
    yield CheckOutcome("speech", _check_state(track))


def _check_state(track: AudioDecoder) -> CheckState:
    """State of the check: "ran" without audio; "failed" when the audio could not be decoded."""
    if not track.has_sound:
        return "failed" if track.gaps else "not_applicable"
    return "ran" if track.seconds else "failed"


def _transcribe(samples: "Samples", folder: Path) -> Iterator[SubtitleCue]:
    """Transcribe one chunk, without sampling and without context from other chunks, so that results repeat."""
    segments, _info = _load_model(str(folder)).transcribe(
        samples, beam_size=5, temperature=[0.0], condition_on_previous_text=False
    )
    for number, segment in enumerate(segments):
        if number == MAX_SEGMENTS:
            break
        at_s = min(max(0.0, float(segment.start)), 1e6)
        yield SubtitleCue(at_s, max(at_s, min(float(segment.end), 1e6)), [str(segment.text).strip()])


def preload(kit: ReaderResources) -> None:
    """Load what reading speech needs as far as it starts no thread: a locked process opens no file."""
    if kit.speech_model is not None and find_spec(PACKAGE) is not None:
        import faster_whisper  # noqa: F401 - loaded, not used

        _model_files(kit.speech_model)


@cache
def _model_files(folder: str) -> dict[str, bytes]:
    """Contents of a model's files by their names."""
    return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir()) if path.is_file()}


@cache
def _load_model(folder: str) -> Any:
    """Load the model from memory, with the first video that has audio; the library starts threads for it."""
    from faster_whisper import WhisperModel

    return WhisperModel(
        folder,
        device="cpu",
        compute_type="int8",
        cpu_threads=1,
        num_workers=1,
        local_files_only=True,
        files=dict(_model_files(folder)),
    )
