"""The week as JSON, by an edition: the same figures as the page, with the thresholds that they were found with."""

from dataclasses import asdict
from typing import Any

from opsec import __version__
from opsec.model import Exposure
from opsec.model.exposure import Edition
from opsec.reports.json_writer import encode_document
from opsec.reports.weekly_editions import for_edition
from opsec.verdict.mosaic import ACT_TODAY_SEVERITY, MIN_ADDED, MIN_EXPOSURE
from opsec.verdict.routine import FALSE_ALARM_RATE

SCHEMA_VERSION = 1
DECIMALS = 4
"""Of shares, degrees and chances: the same numbers on every machine."""


def weekly_document(exposure: Exposure, edition: Edition = "command") -> dict[str, Any]:
    """Return the document: counts and codes only in the edition ``command``.

    A count that is withheld is the text ``<3`` (0 to 2) or ``>=3``.
    """
    view = for_edition(exposure, edition)
    record = {
        "schema_version": SCHEMA_VERSION,
        "program": {"name": "opsec", "version": __version__},
        **asdict(view),
        "mosaics": [{"rule": "MOSAIC", "is_finding": one.is_finding, **asdict(one)} for one in view.mosaics],
        "routines": [{"rule": "ROUTINE", **asdict(one)} for one in view.routines],
        "thresholds": {
            "mosaic_exposure": MIN_EXPOSURE,
            "mosaic_added": MIN_ADDED,
            "mosaic_act_today_severity": ACT_TODAY_SEVERITY,
            "routine_false_alarm_rate": FALSE_ALARM_RATE,
        },
    }
    if edition != "evidence":
        del record["evidence"]
    rounded: dict[str, Any] = _rounded(record)
    return rounded


def render_weekly_json(exposure: Exposure, edition: Edition = "command") -> bytes:
    """Render the document of an edition (RFC 8259)."""
    return encode_document(weekly_document(exposure, edition))


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{DECIMALS}g}") if abs(value) < 1 else round(value, DECIMALS)
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list | tuple) else value
