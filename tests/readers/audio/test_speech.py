"""Speech: with a made-up model of words, for no real one is needed to hold what is done with them."""

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
from opsec.sandbox.worker_process import _ENVIRONMENT
from opsec.settings import Settings, Speech
from tests.fixtures.media.sounds import Kind, with_sound
from tests.ingest.made import JPEG


@dataclass
class Segment:
    start: float
    end: float
    text: str


class Model:
    """Stands for ``faster_whisper.WhisperModel``: says what the test wrote down and keeps what it was given."""

    said: tuple[Segment, ...] = ()
    made: tuple[tuple[Any, dict[str, Any]], ...] = ()
    heard: tuple[tuple[int, dict[str, Any]], ...] = ()
    falls: Exception | None = None

    def __init__(self, folder: str, **terms: Any) -> None:
        Model.made += ((folder, terms),)

    def transcribe(self, samples: Any, **terms: Any) -> tuple[Iterator[Segment], None]:
        Model.heard += ((len(samples), terms),)
        if Model.falls:
            raise Model.falls
        return iter(Segment(one.start, one.end, one.text.format(piece=len(Model.heard))) for one in Model.said), None


@pytest.fixture(autouse=True)
def package(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The package, as far as it is used."""
    module = types.ModuleType("faster_whisper")
    module.__spec__ = ModuleSpec("faster_whisper", None)
    module.WhisperModel = Model  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "faster_whisper", module)
    for name in ("said", "made", "heard"):
        monkeypatch.setattr(Model, name, ())
    monkeypatch.setattr(Model, "falls", None)
    speech._load_model.cache_clear()
    yield
    speech._load_model.cache_clear()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model's folder, of no weight."""
    where = tmp_path / "whisper"
    where.mkdir()
    for name in speech.MODEL_FILES:
        (where / name).write_bytes(b"x")
    return where


def heard(raw: bytes, folder: Path, kind: FileKind = "mp4") -> Reading:
    return read_file(io.BytesIO(raw), kind, speech.readers(ReaderResources(speech_model=str(folder))))


SOUND = with_sound(seconds=4)


def test_words_are_hints_with_times(folder: Path) -> None:
    Model.said = (Segment(0.5, 1.25, " صباح الخير من معسكر"), Segment(1.5, 2.5, " الصقر 31.0050, 42.0050"))
    found = heard(SOUND, folder)
    assert [(h.kind, h.family, h.field, h.at_s, h.until_s, h.text) for h in found.hints] == [
        ("text", "TEXT", "speech", 0.5, 2.5, "صباح الخير من معسكر الصقر 31.0050, 42.0050"),
        ("position", "TEXT", "speech", 0.5, 2.5, "31.0050, 42.0050"),
    ]
    assert (found.status, found.checks) == ("read", {"speech": "ran"})


def test_the_model_is_local_and_decides_nothing_by_chance(folder: Path) -> None:
    heard(SOUND, folder)
    ((where, terms),) = Model.made
    assert where == str(folder)
    assert terms["local_files_only"] is True
    assert (terms["cpu_threads"], terms["num_workers"]) == (1, 1)
    ((samples, asked),) = Model.heard
    assert asked["temperature"] == [0.0]
    assert abs(samples / RATE_HZ - 4) < 0.2


def test_no_reading_process_may_ask_a_network_for_a_model() -> None:
    assert _ENVIRONMENT["HF_HUB_OFFLINE"] == _ENVIRONMENT["TRANSFORMERS_OFFLINE"] == "1"
    assert _ENVIRONMENT["ORT_DISABLE_TELEMETRY"] == "1"


@pytest.mark.parametrize("segments", [(Segment(float("inf"), 1, "x"),), (Segment(-5, -9, "x"),), (Segment(0, 1, ""),)])
def test_odd_segments_are_bounded(segments: tuple[Segment, ...], folder: Path) -> None:
    Model.said = segments
    for hint in heard(SOUND, folder).hints:
        assert 0 <= (hint.at_s or 0) <= (hint.until_s or 0) <= 2e6


def test_a_model_without_end_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech, "MAX_SEGMENTS", 3)
    Model.said = tuple(Segment(9.0 * n, 9.0 * n + 1, f"word {n}.") for n in range(10))
    assert len(heard(SOUND, folder).hints) == 3


# ── what is not heard ─────────────────────────────────────────────────────────────────────────
def test_a_film_without_sound_has_nothing_to_hear_and_loads_no_model(folder: Path) -> None:
    assert heard(with_sound(seconds=0), folder).checks == {"speech": "not_applicable"}
    assert Model.made == ()


def test_a_film_that_is_no_film_failed(folder: Path) -> None:
    assert heard(b"\0" * 100, folder).checks == {"speech": "failed"}


def test_a_model_that_cannot_be_used_is_a_fault_of_this_machine(folder: Path) -> None:
    Model.falls = RuntimeError("the file model.bin is incomplete")
    found = heard(SOUND, folder)
    assert [why.code for why in found.reasons] == ["reader_fault"]
    assert found.checks == {"speech": "failed"}


def test_a_long_film_is_heard_so_far(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opsec.readers.audio.decoder.MAX_AUDIO_S", 2.0)
    monkeypatch.setattr("opsec.readers.audio.decoder.CHUNK_S", 1.0)
    Model.said = (Segment(0.0, 0.5, "word {piece}."),)
    found = heard(SOUND, folder)
    assert (found.status, [why.code for why in found.reasons]) == ("partly", ["too_long"])
    times = [hint.at_s or 0.0 for hint in found.hints]
    assert times[0] == 0.0
    assert all(0.9 < later - earlier < 1.3 for earlier, later in pairwise(times))
    assert len(times) == len(Model.heard) >= 2


@pytest.mark.parametrize("kind", ["mp4", "matroska", "mpegts"])
def test_sound_is_told_in_samples_of_one_channel(kind: Kind) -> None:
    track = AudioDecoder(io.BytesIO(with_sound(seconds=2, kind=kind)), kind)
    pieces = list(track.chunks())
    assert track.has_sound
    assert abs(sum(len(samples) for _, samples in pieces) / RATE_HZ - 2) < 0.3
    assert all(abs(samples).max() <= 1.0 for _, samples in pieces)
    assert track.seconds < MAX_AUDIO_S


def test_damage_is_said_and_the_rest_is_heard(folder: Path) -> None:
    whole = bytearray(with_sound(seconds=4, kind="mpegts"))
    for at in range(len(whole) // 3, len(whole) // 2, 7):
        whole[at] ^= 0x5A
    found = heard(bytes(whole), folder, "mpegts")
    assert found.checks == {"speech": "ran"}


# ── without it ────────────────────────────────────────────────────────────────────────────────
def test_without_a_model_there_is_no_reader_and_another_model_is_another_equipment(folder: Path) -> None:
    without = configured_readers(ReaderResources())
    assert all(reader.check != "speech" for reader in without)
    one = readers_version(configured_readers(ReaderResources(speech_model=str(folder))))
    (folder / "model.bin").write_bytes(b"another")
    other = readers_version(configured_readers(ReaderResources(speech_model=str(folder))))
    assert len({readers_version(without), one, other}) == 3


@pytest.mark.parametrize("lacks", [None, *speech.MODEL_FILES, "package"])
def test_half_a_model_is_an_error_that_names_the_folder(
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


def test_a_reading_process_is_given_the_whole_path(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.chdir(folder.parent)
    assert resources_from(Settings(speech=Speech(model=folder.name))) == ReaderResources(speech_model=str(folder))


def test_a_whole_model_is_no_trouble(folder: Path) -> None:
    assert speech.model_fault(folder) is None
