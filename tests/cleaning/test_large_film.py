"""A film of 4K is copied within the memory of a locked worker process, and a lack of memory is named."""

import io
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from opsec.cleaning.film import clean_film, lookahead_frames
from opsec.cleaning.records import CopyOrder
from opsec.ingest.source import FileSource
from opsec.model.clip import Claim
from opsec.model.records import UnreadableError
from opsec.sandbox.protocol import CopyRequest
from opsec.sandbox.supervisor import Supervisor
from opsec.settings import Limits
from tests.cleaning.made_films import encode

WIDTH, HEIGHT, FRAMES = 3840, 2160, 12
"""More frames than the encoder may see ahead."""


@pytest.mark.slow
def test_a_film_of_4k_is_copied_with_the_default_limits(tmp_path: Path) -> None:
    rows = np.linspace(0, 255, HEIGHT, dtype=np.uint8)[:, None, None]
    pictures = [np.array(np.broadcast_to(rows + 3 * number, (HEIGHT, WIDTH, 3))) for number in range(FRAMES)]
    film = tmp_path / "film.mp4"
    film.write_bytes(encode(pictures, rate=10, codec="libx264"))
    with (
        FileSource(str(film), str(film)).open(Limits()) as clip,
        tempfile.TemporaryFile() as out,
        Supervisor(Limits()) as worker,
    ):
        done = worker.copy(
            clip, CopyRequest(clip.kind, CopyOrder("mp4", "cut")), Claim(FRAMES / 10, WIDTH, HEIGHT), out
        )
    assert (done.width_px, done.height_px, done.frames) == (WIDTH, HEIGHT, FRAMES)


@pytest.mark.parametrize("size", [(2, 2), (640, 360), (1920, 1080), (3840, 2160), (7680, 4320), (16384, 16384)])
def test_the_pixels_that_the_encoder_sees_ahead_are_bounded(size: tuple[int, int]) -> None:
    frames = lookahead_frames(*size)
    assert 1 <= frames <= 10
    assert frames == 1 or frames * size[0] * size[1] <= 33_000_000


def test_a_lack_of_memory_is_one_reason_with_the_size(monkeypatch: pytest.MonkeyPatch) -> None:
    film = encode([np.zeros((64, 96, 3), np.uint8)] * 3, rate=10)

    def without_memory(*_parts: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("av.video.stream.VideoStream.encode", without_memory, raising=False)
    with pytest.raises(UnreadableError) as caught:
        clean_film(io.BytesIO(film), "mp4", (), "cut", io.BytesIO())
    assert caught.value.reason.code == "encoder_memory"
