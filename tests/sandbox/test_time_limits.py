"""How long one task may take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.model import Claim
from opsec.readers.audio.decoder import MOST_S
from opsec.sandbox.time_limits import Allowance, for_reading, for_unpacking
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
        (Claim(duration_s=1e300, width_px=10**400, height_px=10**400), 1800.0, 1800.0),
    ],
)
def test_base_and_more_for_what_is_claimed(claim: Claim | None, wall_s: float, cpu_s: float) -> None:
    assert for_reading(LIMITS, claim) == Allowance(wall_s, cpu_s)


def test_where_speech_is_heard_each_second_of_it_counts_as_far_as_it_is_heard() -> None:
    assert for_reading(LIMITS, Claim(duration_s=60.0), hears=True) == Allowance(140.0, 128.0)
    assert for_reading(LIMITS, hears=True) == for_reading(LIMITS)
    whole_day = for_reading(Limits(most_s=10_000.0), Claim(duration_s=86_400.0), hears=True)
    assert whole_day.cpu_s == Limits().cpu_base_s + Limits().speech_s_per_second * MOST_S


def test_a_model_for_landmarks_has_longer_however_short_the_film() -> None:
    assert for_reading(LIMITS, recognises=True) == Allowance(140.0, 128.0)
    long = Claim(duration_s=6000.0, width_px=1000, height_px=1000)
    assert for_reading(LIMITS, long, recognises=True) == Allowance(1800.0, 1628.0)


@given(st.floats(0, None), st.integers(1), st.integers(1))
def test_no_claim_buys_more_than_the_most_nor_less_than_the_base(duration_s: float, width: int, height: int) -> None:
    given_s = for_reading(LIMITS, Claim(duration_s, width, height))
    assert 20.0 <= given_s.wall_s <= 1800.0
    assert 8.0 <= given_s.cpu_s <= 1800.0


def test_a_large_archive_has_longer() -> None:
    assert for_unpacking(LIMITS, 0) == Allowance(20.0, 8.0)
    assert for_unpacking(LIMITS, 1 << 30) == Allowance(122.4, 59.2)
    assert for_unpacking(LIMITS, 1 << 50) == Allowance(1800.0, 1800.0)
