"""Speech, with a stub model: the tests cover the handling of its output, not the recognition."""

import io
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from opsec.app.scan import resources_from, scan
from opsec.errors import SettingsError
from opsec.i18n.messages import render
from opsec.model import FileKind, Reading
from opsec.model.resources import ReaderResources
from opsec.readers.audio import speech
from opsec.readers.audio.decoder import MAX_AUDIO_S, RATE_HZ, AudioDecoder
from opsec.readers.registry import configured_readers, read_file, readers_version
from opsec.sandbox.template_process import _ENVIRONMENT
from opsec.settings import Settings, Speech
from tests.fixtures.media.sounds import Kind, with_sound
from tests.ingest.made import JPEG


@dataclass
class Segment:
    start: float
    end: float
    text: str


class Model:
    """Stands for ``faster_whisper.WhisperModel``: returns the segments of the test and records its calls."""

    segments: tuple[Segment, ...] = ()
    created: tuple[tuple[Any, dict[str, Any]], ...] = ()
    calls: tuple[tuple[int, dict[str, Any]], ...] = ()
    error: Exception | None = None

    def __init__(self, folder: str, **terms: Any) -> None:
        Model.created += ((folder, terms),)

    def transcribe(self, samples: Any, **terms: Any) -> tuple[Iterator[Segment], None]:
        Model.calls += ((len(samples), terms),)
        if Model.error:
            raise Model.error
        return iter(
            Segment(one.start, one.end, one.text.format(piece=len(Model.calls))) for one in Model.segments
        ), None


@pytest.fixture(autouse=True)
def package(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A stub of the package."""
    module = types.ModuleType("faster_whisper")
    module.__spec__ = ModuleSpec("faster_whisper", None)
    module.WhisperModel = Model  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "faster_whisper", module)
    for name in ("segments", "created", "calls"):
        monkeypatch.setattr(Model, name, ())
    monkeypatch.setattr(Model, "error", None)
    speech._load_model.cache_clear()
    yield
    speech._load_model.cache_clear()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model's folder with empty files."""
    where = tmp_path / "whisper"
    where.mkdir()
    for name in speech.MODEL_FILES:
        (where / name).write_bytes(b"x")
    return where


def transcribed(raw: bytes, folder: Path, kind: FileKind = "mp4") -> Reading:
    return read_file(io.BytesIO(raw), kind, speech.readers(ReaderResources(speech_model=str(folder))))


SOUND = with_sound(seconds=4)


def test_spoken_words_are_hints_with_times(folder: Path) -> None:
    Model.segments = (Segment(0.5, 1.25, " صباح الخير من معسكر"), Segment(1.5, 2.5, " الصقر 31.0050, 42.0050"))
    found = transcribed(SOUND, folder)
    assert [(h.kind, h.family, h.field, h.at_s, h.until_s, h.text) for h in found.hints] == [
        ("text", "TEXT", "speech", 0.5, 2.5, "صباح الخير من معسكر الصقر 31.0050, 42.0050"),
        ("position", "TEXT", "speech", 0.5, 2.5, "31.0050, 42.0050"),
    ]
    assert (found.status, found.checks) == ("read", {"speech": "ran"})


def test_the_model_is_local_and_deterministic(folder: Path) -> None:
    transcribed(SOUND, folder)
    ((where, terms),) = Model.created
    assert where == str(folder)
    assert terms["local_files_only"] is True
    assert (terms["cpu_threads"], terms["num_workers"]) == (1, 1)
    ((samples, asked),) = Model.calls
    assert asked["temperature"] == [0.0]
    assert abs(samples / RATE_HZ - 4) < 0.2


def test_reading_processes_never_download_a_model() -> None:
    assert _ENVIRONMENT["HF_HUB_OFFLINE"] == _ENVIRONMENT["TRANSFORMERS_OFFLINE"] == "1"
    assert _ENVIRONMENT["ORT_DISABLE_TELEMETRY"] == "1"


@pytest.mark.parametrize(
    ("malformed", "texts"),
    [
        (Segment(float("inf"), 1, "x"), ["x", "gate."]),
        (Segment(-5, -9, "x"), ["x", "gate."]),
        (Segment(0, 1, ""), ["gate."]),
    ],
)
def test_malformed_segments_are_bounded_and_hide_no_other(malformed: Segment, texts: list[str], folder: Path) -> None:
    Model.segments = (malformed, Segment(2.0, 3.0, "gate."))
    hints = transcribed(SOUND, folder).hints
    assert sorted(" ".join(hint.text or "" for hint in hints).split()) == sorted(texts)
    assert all(0 <= (hint.at_s or 0) <= (hint.until_s or 0) <= 2e6 for hint in hints)


def test_endless_model_output_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech, "MAX_SEGMENTS", 3)
    Model.segments = tuple(Segment(9.0 * n, 9.0 * n + 1, f"word {n}.") for n in range(10))
    assert len(transcribed(SOUND, folder).hints) == 3


# ── sound that is not transcribed ─────────────────────────────────────────────────────────────
def test_a_video_without_sound_is_not_applicable_and_loads_no_model(folder: Path) -> None:
    assert transcribed(with_sound(seconds=0), folder).checks == {"speech": "not_applicable"}
    assert Model.created == ()


def test_the_check_of_an_invalid_video_fails(folder: Path) -> None:
    assert transcribed(b"\0" * 100, folder).checks == {"speech": "failed"}


def test_an_unusable_model_is_a_fault_of_this_machine(folder: Path) -> None:
    Model.error = RuntimeError("the file model.bin is incomplete")
    found = transcribed(SOUND, folder)
    assert [why.code for why in found.reasons] == ["reader_fault"]
    assert found.checks == {"speech": "failed"}


def test_a_long_video_is_transcribed_up_to_the_limit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opsec.readers.audio.decoder.MAX_AUDIO_S", 2.0)
    monkeypatch.setattr("opsec.readers.audio.decoder.CHUNK_S", 1.0)
    Model.segments = (Segment(0.0, 0.5, "word {piece}."),)
    found = transcribed(SOUND, folder)
    assert (found.status, [why.code for why in found.reasons]) == ("partly", ["too_long"])
    times = [hint.at_s or 0.0 for hint in found.hints]
    assert times[0] == 0.0
    assert all(0.9 < later - earlier < 1.3 for earlier, later in pairwise(times))
    assert len(times) == len(Model.calls) >= 2


@pytest.mark.parametrize("kind", ["mp4", "matroska", "mpegts"])
def test_sound_is_decoded_to_mono_samples(kind: Kind) -> None:
    track = AudioDecoder(io.BytesIO(with_sound(seconds=2, kind=kind)), kind)
    pieces = list(track.chunks())
    assert track.has_sound
    assert abs(sum(len(samples) for _, samples in pieces) / RATE_HZ - 2) < 0.3
    assert all(abs(samples).max() <= 1.0 for _, samples in pieces)
    assert track.seconds < MAX_AUDIO_S


def test_damage_is_reported_and_the_rest_is_transcribed(folder: Path) -> None:
    whole = bytearray(with_sound(seconds=4, kind="mpegts"))
    for at in range(len(whole) // 3, len(whole) // 2, 7):
        whole[at] ^= 0x5A
    found = transcribed(bytes(whole), folder, "mpegts")
    assert found.checks == {"speech": "ran"}


# ── without a model ───────────────────────────────────────────────────────────────────────────
def test_no_reader_without_a_model_and_another_model_changes_the_resources(folder: Path) -> None:
    without = configured_readers(ReaderResources())
    assert all(reader.check != "speech" for reader in without)
    one = readers_version(configured_readers(ReaderResources(speech_model=str(folder))))
    (folder / "model.bin").write_bytes(b"another")
    other = readers_version(configured_readers(ReaderResources(speech_model=str(folder))))
    assert len({readers_version(without), one, other}) == 3


@pytest.mark.parametrize("lacks", [None, *speech.MODEL_FILES, "package"])
def test_an_incomplete_model_is_an_error_that_names_the_folder(
    lacks: str | None, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = folder
    if lacks is None:
        where = tmp_path / "nowhere"
    elif lacks == "package":
        monkeypatch.setitem(sys.modules, "faster_whisper", None)
    else:
        (folder / lacks).unlink()
    wrong = speech.model_fault(where)
    assert wrong is not None
    assert str(where) in render(wrong, "en")
    (tmp_path / "a.jpg").write_bytes(JPEG)
    with pytest.raises(SettingsError):
        scan([tmp_path / "a.jpg"], sites=Path("geofences"), settings=Settings(speech=Speech(model=str(where))))


def test_a_reading_process_gets_the_absolute_path(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.chdir(folder.parent)
    assert resources_from(Settings(speech=Speech(model=folder.name))) == ReaderResources(speech_model=str(folder))


def test_a_complete_model_has_no_fault(folder: Path) -> None:
    assert speech.model_fault(folder) is None
