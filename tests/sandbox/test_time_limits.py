"""Time limits of one task."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.model import Claim
from opsec.readers.audio.decoder import MAX_AUDIO_S
from opsec.sandbox.time_limits import TimeLimits, reading_limits, unpacking_limits
from opsec.settings import Limits

LIMITS = Limits(
    wall_base_s=20.0, cpu_base_s=8.0, wall_s_per_megapixel_second=0.5, cpu_s_per_megapixel_second=0.25, most_s=1800.0
)


@pytest.mark.parametrize(
    ("claim", "wall_s", "cpu_s"),
    [
        (None, 20.0, 8.0),
        (Claim(), 20.0, 8.0),
        (Claim(duration_s=60.0), 20.0, 8.0),
        (Claim(duration_s=60.0, width_px=1000, height_px=2000), 80.0, 38.0),
        (Claim(duration_s=6000.0, width_px=1000, height_px=1000), 1800.0, 1508.0),
        (Claim(duration_s=1e6, width_px=10**400, height_px=10**400), 1800.0, 1800.0),
        (Claim(duration_s=1e300, width_px=1000, height_px=1000), 20.0, 8.0),
    ],
)
def test_the_limit_is_a_base_plus_time_for_the_claimed_length(claim: Claim | None, wall_s: float, cpu_s: float) -> None:
    assert reading_limits(LIMITS, claim) == TimeLimits(wall_s, cpu_s)


def test_a_claimed_length_earns_no_more_time_than_the_bytes_allow() -> None:
    hour = Claim(duration_s=3600.0, width_px=1000, height_px=1000)
    assert reading_limits(LIMITS, hour, size_bytes=5_000) == TimeLimits(25.0, 10.5)
    assert reading_limits(LIMITS, hour, size_bytes=50_000_000) == reading_limits(LIMITS, hour)
    absurd = Claim(duration_s=1e308, width_px=1000, height_px=1000)
    assert reading_limits(LIMITS, absurd, size_bytes=50_000_000, with_speech=True) == TimeLimits(20.0, 8.0)


def test_each_transcribed_second_of_speech_extends_the_limit() -> None:
    assert reading_limits(LIMITS, Claim(duration_s=60.0), with_speech=True) == TimeLimits(140.0, 128.0)
    assert reading_limits(LIMITS, with_speech=True) == reading_limits(LIMITS)
    whole_day = reading_limits(Limits(most_s=10_000.0), Claim(duration_s=86_400.0), with_speech=True)
    assert whole_day.cpu_s == Limits().cpu_base_s + Limits().speech_s_per_second * MAX_AUDIO_S


def test_a_landmark_model_gets_more_time_even_for_a_short_video() -> None:
    assert reading_limits(LIMITS, with_landmark_model=True) == TimeLimits(140.0, 128.0)
    long = Claim(duration_s=6000.0, width_px=1000, height_px=1000)
    assert reading_limits(LIMITS, long, with_landmark_model=True) == TimeLimits(1800.0, 1628.0)


@given(st.floats(0, None), st.integers(1), st.integers(1))
def test_limits_stay_between_the_base_and_the_maximum(duration_s: float, width: int, height: int) -> None:
    given_s = reading_limits(LIMITS, Claim(duration_s, width, height))
    assert 20.0 <= given_s.wall_s <= 1800.0
    assert 8.0 <= given_s.cpu_s <= 1800.0


def test_a_large_archive_gets_more_time() -> None:
    assert unpacking_limits(LIMITS, 0) == TimeLimits(20.0, 8.0)
    assert unpacking_limits(LIMITS, 1 << 30) == TimeLimits(122.4, 59.2)
    assert unpacking_limits(LIMITS, 1 << 50) == TimeLimits(1800.0, 1800.0)
