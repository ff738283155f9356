"""Films: times, rotation, rates, bounds."""

import io
from itertools import pairwise

import numpy as np
import pytest

from opsec.vision.decoding import video as films
from opsec.vision.decoding.video import Film
from tests.fixtures.media.films import film


def shown(data: bytes) -> tuple[Film, list[tuple[int, float]]]:
    clip = Film(io.BytesIO(data), "mp4")
    return clip, [(frame.number, round(frame.at_s, 3)) for frame in clip.frames()]


@pytest.mark.parametrize(("rate", "seconds", "most"), [(4, 2, 8), (24, 2, 17), (60, 2, 17), (240, 1, 10)])
def test_slow_and_fast_films_are_shown_eight_times_a_second_and_their_last_picture(
    rate: int, seconds: int, most: int
) -> None:
    clip, seen = shown(film(rate * seconds, rate=rate))
    assert clip.frames_read == rate * seconds
    assert most - 1 <= len(seen) <= most
    assert seen[-1][0] == rate * seconds - 1  # where a film ends, a turn ends
    assert all(later[1] > earlier[1] for earlier, later in pairwise(seen))


def test_a_varying_rate_keeps_its_own_times() -> None:
    times = [0, 20, 40, 300, 1000, 1010, 1020, 2500]
    _, seen = shown(film(len(times), times=times))
    assert [at_s for _, at_s in seen] == pytest.approx([0, 0.3, 1.0, 2.5], abs=0.03)


@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
def test_a_rotation_flag_is_applied(quarter_turns: int) -> None:
    frame = next(Film(io.BytesIO(turned(film(2), quarter_turns)), "mp4").frames())
    assert (frame.width_px, frame.height_px) == ((96, 160) if quarter_turns % 2 else (160, 96))
    corners = frame.grey(160)[4, 4], frame.grey(160)[4, -5], frame.grey(160)[-5, -5], frame.grey(160)[-5, 4]
    assert int(np.argmax(corners)) == quarter_turns  # the white corner, clockwise from the upper left
    colour = frame.colour(160)
    assert colour.shape == (frame.height_px, frame.width_px, 3)
    assert np.abs(colour.mean(axis=2) - frame.grey(160)).mean() < 25


def turned(data: bytes, quarter_turns: int) -> bytes:
    """The film with another matrix in its track header (ISO/IEC 14496-12, 8.3.2): turned clockwise when shown."""
    matrix = {0: (1, 0, 0, 1), 1: (0, 1, -1, 0), 2: (-1, 0, 0, -1), 3: (0, -1, 1, 0)}[quarter_turns]
    at = data.index(b"tkhd") + 4 + 4 + 4 * 5 + 8 + 8
    a, b, c, d = (value << 16 for value in matrix)
    rows = (a, b, 0, c, d, 0, 0, 0, 1 << 30)
    return data[:at] + b"".join(value.to_bytes(4, "big", signed=True) for value in rows) + data[at + 36 :]


def test_sizes_are_fitted_shared_and_never_enlarged() -> None:
    frame = next(Film(io.BytesIO(film(1)), "mp4").frames())
    assert frame.grey(80).shape == (48, 80)
    assert frame.colour(50).shape == (30, 50, 3)
    assert frame.grey(5_000).shape == (96, 160)
    assert frame.grey(80) is frame.grey(80)
    with pytest.raises(ValueError, match="read-only"):
        frame.grey(80)[0, 0] = 1


def test_a_long_film_is_looked_at_by_its_key_frames_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "MOST_PIXELS_DECODED", 24 * 160 * 96)
    monkeypatch.setattr(films, "MOST_KEY_FRAMES", 4)
    clip, seen = shown(film(240))
    assert [gap.reason.code for gap in clip.gaps] == ["key_frames_only", "rest_not_decoded"]
    assert clip.frames_read < 36
    assert seen[-1][1] > 2.0


def test_a_frame_larger_than_any_camera_makes_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "MOST_FRAME_PIXELS", 1_000)
    clip, seen = shown(film())
    assert (seen, [gap.reason.code for gap in clip.gaps]) == ([], ["too_big_picture"])
    assert clip.has_pictures
