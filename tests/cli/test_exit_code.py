"""The exit code of a scan, from its results alone."""

from dataclasses import replace

import pytest

from opsec.cli.output import OutputPlan
from opsec.i18n.reasons import make_reason
from opsec.model import Action, Counts, Decision, Result, Scan
from opsec.settings import Terminal, Thresholds
from opsec.verdict.judge import judge
from tests.fixtures.records import make_clip, make_match, make_site, position_hint

WATCHED = judge(
    make_clip(position_hint(31.005, 42.005)), [make_match(grade="possible", log_odds=1.1)], [make_site()], Thresholds()
)
NEAR = make_match(rule="GPS-NEAR-FENCE", grade="probable")
FLAGGED = judge(make_clip(position_hint(31.011, 42.005)), [NEAR], [make_site(sensitivity=0.3)], Thresholds())
NOT_FLAGGED = judge(make_clip(), [], [make_site()], Thresholds())
FAULT = make_reason("internal", error="TypeError in opsec.readers.metadata.mp4:7")
FAULTY, FLAGGED_BY_THE_REST = (
    replace(one, clip=replace(one.clip, coverage=replace(one.clip.coverage, reasons=(FAULT,), status="partly")))
    for one in (NOT_FLAGGED, FLAGGED)
)
DISMISSED = Decision(state="dismissed", decided_by="officer", why="public gate")
HIDDEN = replace(FLAGGED, findings=tuple(replace(finding, decision=DISMISSED) for finding in FLAGGED.findings))


@pytest.mark.parametrize(
    ("result", "fail_on", "unsure", "code"),
    [
        (NOT_FLAGGED, "watch", 0, 0),
        (NOT_FLAGGED, "watch", 1, 3),
        (WATCHED, "review", 0, 0),
        (WATCHED, "watch", 0, 1),
        (FLAGGED, "act_today", 1, 1),
        (FLAGGED, "act_now", 1, 3),
        (HIDDEN, "watch", 0, 0),
        (FAULTY, "watch", 1, 4),
        (FLAGGED_BY_THE_REST, "act_today", 1, 1),
        (FLAGGED_BY_THE_REST, "act_now", 1, 4),
    ],
)
def test_exit_code(result: Result, fail_on: Action, unsure: int, code: int) -> None:
    counts = Counts(clips=1, read=1, flagged=0, hidden=0, not_fully_checked=unsure)
    scan = Scan(
        settings_sha256="0" * 64, sites_sha256="0" * 64, site_codes={}, results=(result,), skipped=(), counts=counts
    )
    assert OutputPlan((), "table", fail_on, Terminal()).exit_code(scan) == code
