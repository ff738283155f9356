"""The recommendation about what the clips of a base show together: always about its longest period."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from opsec.casefile.weekly_advice import AdviceFacts, close_mosaic
from opsec.model import Mosaic
from tests.reports.test_accumulated_view import FOUND

LONG = replace(FOUND, site_code="F-07", days=90, action="act_today", severity=0.9, take_down=("aa", "bb"), left=0.1)
SHORT = replace(LONG, days=30, severity=0.95, take_down=("aa",), left=0.0)
OTHER = replace(LONG, site_code="K-11", severity=0.8, take_down=("cc",))
NO_FEW = replace(LONG, take_down=())
"""So many clips of the longest period show the same that none of its few closes most of it."""


@pytest.mark.parametrize(
    ("mosaics", "wanted"),
    [
        ([SHORT, LONG], ("F-07", ("aa", "bb"))),
        ([LONG, SHORT], ("F-07", ("aa", "bb"))),
        ([SHORT, NO_FEW, OTHER], ("K-11", ("cc",))),
        ([SHORT, NO_FEW], None),
        ([replace(LONG, action="watch"), OTHER], ("K-11", ("cc",))),
        ([], None),
    ],
)
def test_clips_of_a_short_period_are_never_said_to_close_a_base_that_older_clips_show(
    mosaics: Sequence[Mosaic], wanted: tuple[str, tuple[str, ...]] | None
) -> None:
    facts = AdviceFacts(urgent={}, overdue={}, undecided={}, due="2026-11-22", units={}, mosaics=mosaics)
    found = list(close_mosaic(facts))
    assert [(one.site_code, one.numbers) for one in found] == ([] if wanted is None else [wanted])
