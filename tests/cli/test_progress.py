"""Rate and time left of a scan: nothing at its beginning and its end, else a sentence in both languages."""

import pytest

from opsec.cli.progress import MIN_ELAPSED_S, Pace
from opsec.i18n.messages import render
from opsec.model import Progress


def _progress(done: int, total: int) -> Progress:
    return Progress(done, total, "clip.mp4", "read", flagged=False)


@pytest.mark.parametrize(
    ("done", "total", "elapsed_s", "expected"),
    [
        (1, 100, MIN_ELAPSED_S - 1, None),
        (100, 100, 500.0, None),
        (50, 100, 300.0, "10.0 clips a minute, about 5 minutes left"),
        (90, 100, 60.0, "90.0 clips a minute, about 1 minute left"),
        (10, 20_010, 20.0, "30.0 clips a minute, about 667 minutes left"),
    ],
)
def test_the_pace_of_a_scan(done: int, total: int, elapsed_s: float, expected: str | None) -> None:
    described = Pace(began_s=100.0).describe(_progress(done, total), 100.0 + elapsed_s)
    assert (render(described) if described else None) == expected
