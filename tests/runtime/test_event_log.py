"""Events: a value that may contain clip or site data is masked wherever it comes from."""

import logging
from collections import Counter
from typing import Any

import pytest

from opsec.runtime.event_log import log_event

LOG = logging.getLogger("opsec.test")


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"clips": 3}, "clips=3"),
        ({"took_s": 0.12345}, "took_s=0.123"),
        ({"status": "read"}, "status=read"),
        ({"reasons": Counter({"cut_off": 2, "too_deep": 1})}, "reasons=cut_off:2,too_deep:1"),
        ({"failed": []}, "failed=-"),
        ({"failed": ["landmarks", "layout"]}, "failed=landmarks,layout"),
        ({"error": KeyError("Falcon Camp")}, "error=KeyError_in_?"),
        ({"fault": "KeyError in opsec.app.scan:7"}, "fault=KeyError_in_opsec.app.scan:7"),
        ({"lat": 33.31}, "lat=masked"),
        ({"name": "Falcon Camp"}, "name=masked"),
        ({"name": "falcon-camp"}, "name=masked"),
        ({"name": "معسكر الصقر"}, "name=masked"),
        ({"path": "/home/a/b.mp4"}, "path=masked"),
        ({"found": {"Falcon": 1, "cut_off": 1}}, "found=masked:1,cut_off:1"),
        ({"words": ["read", "@omar"]}, "words=read,masked"),
    ],
)
def test_event_values_are_formatted(values: dict[str, Any], line: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "opsec.test")
    log_event(LOG, "event", **values)
    assert caplog.messages == [f"event {line}"]


def test_nothing_is_logged_above_debug_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "opsec.test")
    log_event(LOG, "event", clips=1)
    assert caplog.messages == []
