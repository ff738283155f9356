"""The exit code of a scan, from its results alone."""

from dataclasses import replace

import pytest

from opsec.cli.output import Delivery
from opsec.model import Action, Counts, Result, Scan
from opsec.settings import Terminal, Thresholds
from opsec.verdict.judge import judge
from tests.fixtures.records import clip, met, place, site

WATCHED = judge(clip(place(31.005, 42.005)), [met(grade="possible", log_odds=1.1)], [site()], Thresholds())
FLAGGED = judge(clip(place(31.005, 42.005)), [met()], [site()], Thresholds())
CALM = judge(clip(), [], [site()], Thresholds())
HIDDEN = replace(FLAGGED, findings=tuple(replace(finding, state="hidden") for finding in FLAGGED.findings))


@pytest.mark.parametrize(
    ("result", "fail_on", "unsure", "code"),
    [
        (CALM, "watch", 0, 0),
        (CALM, "watch", 1, 3),
        (WATCHED, "review", 0, 0),
        (WATCHED, "watch", 0, 1),
        (FLAGGED, "act_today", 1, 1),
        (FLAGGED, "act_now", 1, 3),
        (HIDDEN, "watch", 0, 0),
    ],
)
def test_exit_code(result: Result, fail_on: Action, unsure: int, code: int) -> None:
    counts = Counts(clips=1, read=1, flagged=0, hidden=0, not_fully_checked=unsure)
    scan = Scan(
        settings_sha256="0" * 64, sites_sha256="0" * 64, site_codes={}, results=(result,), skipped=(), counts=counts
    )
    assert Delivery((), "table", fail_on, Terminal()).exit_code(scan) == code
