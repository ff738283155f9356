"""The week as JSON: the numbers of the weekly page, and like it without anything that names a clip."""

from dataclasses import asdict
from typing import Any

from opsec import __version__
from opsec.model import Exposure, Mosaic
from opsec.reports.json_writer import encode_document
from opsec.verdict.mosaic import ACT_TODAY_SEVERITY, MIN_ADDED, MIN_EXPOSURE
from opsec.verdict.routine import FALSE_ALARM_RATE

SCHEMA_VERSION = 1
DECIMALS = 4
"""Of shares, degrees and chances: the same numbers on every machine."""


def render_weekly_json(exposure: Exposure) -> bytes:
    """Render the week as a document of JSON (RFC 8259).

    Mosaics and routines carry the thresholds and the false alarm rate that they were found with.
    """
    record = {
        "schema_version": SCHEMA_VERSION,
        "program": {"name": "opsec", "version": __version__},
        **asdict(exposure),
        "mosaics": [_mosaic(one) for one in exposure.mosaics],
        "routines": [{"rule": "ROUTINE", **asdict(one)} for one in exposure.routines],
        "thresholds": {
            "mosaic_exposure": MIN_EXPOSURE,
            "mosaic_added": MIN_ADDED,
            "mosaic_act_today_severity": ACT_TODAY_SEVERITY,
            "routine_false_alarm_rate": FALSE_ALARM_RATE,
        },
    }
    return encode_document(_rounded(record))


def _mosaic(one: Mosaic) -> dict[str, Any]:
    return {"rule": "MOSAIC", "is_finding": one.is_finding, **asdict(one)}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{DECIMALS}g}") if abs(value) < 1 else round(value, DECIMALS)
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list | tuple) else value
