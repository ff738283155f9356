"""Stage by stage: what each part of reading costs, on one thread, as a multiple of decoding the same clips once."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av

from opsec.model import Reason
from opsec.model.resources import ReaderResources
from opsec.readers.video import reader as video_reader
from opsec.readers.video import signs
from opsec.vision.decoding.video import VideoDecoder
from opsec.vision.ocr.recognition import EnsembleRecogniser
from tests.benchmarks.speed.measures import Figure, cpu_s

DECODING = "decoding and rendering"


def decoding_s(clips: Sequence[Path]) -> float:
    """Return D: the CPU seconds of decoding every frame of these clips once, on one thread, and nothing else."""

    def decode() -> None:
        for clip in clips:
            with av.open(str(clip)) as film:
                track = film.streams.video[0]
                track.codec_context.thread_type, track.codec_context.thread_count = "NONE", 1
                for _picture in film.decode(track):
                    pass

    return cpu_s(decode)


def measure_stages(size: str, clips: Sequence[Path]) -> Iterator[Figure]:
    """Yield the cost of decoding, of every frame analyser, and of the two large parts of reading signs."""
    spent: dict[str, float] = defaultdict(float)
    calls: Counter[str] = Counter()
    base_s = decoding_s(clips)
    with _timed(signs, "detect_lines", spent, calls), _timed(EnsembleRecogniser, "recognise", spent, calls):
        for clip in clips:
            _read(clip, spent)
    base_s = (base_s + decoding_s(clips)) / 2  # before and after, so that a change of the machine's pace is shared
    for name, seconds in spent.items():
        yield Figure(f"stage: {name}", seconds / base_s, "D", size)
    seconds_of_film = sum(map(_length_s, clips))
    yield Figure("frames searched for text each second", calls["detect_lines"] / seconds_of_film, "1/s", size)


def _read(clip: Path, spent: dict[str, float]) -> None:
    """Pass the frames of a clip to all analysers and add up the CPU time of each."""
    resources = ReaderResources()
    created = [(spec.name, spec.create(resources)) for spec in video_reader.ANALYSERS]
    analysers = [(name, one) for name, one in created if not isinstance(one, Reason)]
    with clip.open("rb") as file:
        frames = VideoDecoder(file, "matroska" if clip.suffix in {".webm", ".mkv"} else "mp4").frames()
        while True:
            began = time.process_time()
            frame = next(frames, None)
            spent[DECODING] += time.process_time() - began
            if frame is None:
                break
            for name, analyser in analysers:
                began = time.process_time()
                analyser.process_frame(frame)
                spent[name] += time.process_time() - began
    for name, analyser in analysers:
        began = time.process_time()
        list(analyser.finish())
        spent[name] += time.process_time() - began


def _length_s(clip: Path) -> float:
    with av.open(str(clip)) as film:
        return (film.duration or 0) / 1_000_000


@contextmanager
def _timed(owner: Any, name: str, spent: dict[str, float], calls: Counter[str]) -> Iterator[None]:
    """Measure every call of a function while this context lasts; its time is part of its analyser's too."""
    original: Callable[..., Any] = getattr(owner, name)

    def call(*arguments: Any, **named: Any) -> Any:
        began = time.process_time()
        try:
            return original(*arguments, **named)
        finally:
            spent[f"signs, {name}"] += time.process_time() - began
            calls[name] += 1

    setattr(owner, name, call)
    try:
        yield
    finally:
        setattr(owner, name, original)
