"""The published JSON Schema (2020-12) of a scan, for ``opsec schema``.

Enumerations are derived from the types of ``opsec.model``, so that schema and program stay consistent. Unknown keys
are allowed everywhere: fields may be added under the same ``schema_version``, never renamed.
"""

from typing import Any, get_args

from opsec.model import (
    ACTIONS,
    CHECKS,
    STATES,
    CameraMotion,
    CheckState,
    Confidence,
    CoverageStatus,
    Family,
    Grade,
    HintKind,
)
from opsec.model.reasons import REASONS
from opsec.reports.scan_json import SCHEMA_VERSION

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer", "minimum": 0}
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
LIKELIHOOD: Schema = {"type": "number", "minimum": 0.01, "maximum": 0.99}
SECONDS: Schema = {"type": "number", "minimum": 0}
METRES: Schema = {"type": "number", "minimum": 0}
DEGREES: Schema = {"type": "number", "minimum": 0, "maximum": 360}
LATITUDE: Schema = {"type": "number", "minimum": -90, "maximum": 90}
LONGITUDE: Schema = {"type": "number", "minimum": -180, "maximum": 180}
DAY: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def build_json_schema() -> Schema:
    """Return the schema of the whole document; a line of JSON Lines is its ``$defs/clip``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "opsec scan",
        "$ref": "#/$defs/scan",
        "$defs": {
            "scan": _object(
                schema_version={"const": SCHEMA_VERSION},
                program=_object(name={"const": "opsec"}, version=TEXT),
                settings_sha256=SHA256,
                sites_sha256=SHA256,
                clips=_list({"$ref": "#/$defs/clip"}),
                skipped=_list(_object(path=TEXT, reason=TEXT, reason_ar=TEXT, reason_code=_one_of(*REASONS))),
                counts=_object(clips=COUNT, read=COUNT, flagged=COUNT, hidden=COUNT, not_fully_checked=COUNT),
                weak_isolation=_or_null(_object(clips=COUNT, missing_parts=_list(TEXT))),
            ),
            "clip": _clip(),
            "both": _object(en=TEXT, ar=TEXT),
        },
    }


def _clip() -> Schema:
    return _object(
        path=TEXT,
        sha256=_or_null(SHA256),
        post=_object(
            author=_or_null(TEXT),
            caption=_or_null(TEXT),
            posted_at=_or_null(TEXT),
            recorded_at=_or_null(TEXT),
            url=_or_null(TEXT),
            source=_or_null(TEXT),
            views=_or_null(COUNT),
            likes=_or_null(COUNT),
            shares=_or_null(COUNT),
        ),
        coverage=_coverage(),
        hints=_list(_hint()),
        matches=_list(_match()),
        layout=_layout(),
        verdict=_verdict(),
        findings=_list(_finding()),
    )


def _coverage() -> Schema:
    return _object(
        status=_one_of(*get_args(CoverageStatus)),
        reason=_or_null(TEXT),
        reason_ar=_or_null(TEXT),
        reason_codes=_list(_one_of(*REASONS)),
        seconds_claimed=_or_null(SECONDS),
        seconds_read=_or_null(SECONDS),
        frames_read=COUNT,
        checks={
            "type": "object",
            "propertyNames": _one_of(*CHECKS),
            "additionalProperties": _one_of(*get_args(CheckState)),
        },
    )


def _hint() -> Schema:
    """Return the schema of a hint: latitude and longitude are both numbers or both null."""
    point = {"properties": {"lat": LATITUDE, "lon": LONGITUDE}}
    no_point = {"properties": {"lat": {"type": "null"}, "lon": {"type": "null"}}}
    fix = {
        "type": "array",
        "prefixItems": [SECONDS, LATITUDE, LONGITUDE, _or_null(NUMBER), _or_null(DEGREES)],
        "items": False,
        "minItems": 5,
    }
    return {
        **_object(
            id=TEXT,
            kind=_one_of(*get_args(HintKind)),
            family=_one_of(*get_args(Family)),
            reader=TEXT,
            field=TEXT,
            at_s=_or_null(SECONDS),
            until_s=_or_null(SECONDS),
            box=_or_null({"type": "array", "items": SHARE, "minItems": 4, "maxItems": 4}),
            lat=_or_null(LATITUDE),
            lon=_or_null(LONGITUDE),
            accuracy_m=_or_null(METRES),
            heading_deg=_or_null(DEGREES),
            altitude_m=_or_null(NUMBER),
            points=_list(fix),
            motion=_or_null(_motion()),
            text=_or_null(TEXT),
            note=_or_null(TEXT),
        ),
        "anyOf": [point, no_point],
    }


def _motion() -> Schema:
    return _object(
        motion=_one_of(*get_args(CameraMotion)),
        heading_deg=_or_null(DEGREES),
        hfov_deg=_or_null(DEGREES),
        sweep_deg=_or_null(DEGREES),
        views=_or_null(COUNT),
        overhead_s=_or_null(SECONDS),
        selfie={"type": "boolean"},
        at_least={"type": "boolean"},
    )


def _match() -> Schema:
    return _object(
        id=TEXT,
        hint_ids={**_list(TEXT), "minItems": 1},
        site=TEXT,
        zone=_or_null(TEXT),
        landmark=_or_null(TEXT),
        sighting=_or_null(_sighting()),
        rule=TEXT,
        grade=_one_of(*get_args(Grade)),
        log_odds=NUMBER,
        distance_m=_or_null(METRES),
        span=_or_null({"type": "array", "items": COUNT, "minItems": 2, "maxItems": 2}),
        names_only={"type": "boolean"},
        why={"$ref": "#/$defs/both"},
    )


def _sighting() -> Schema:
    corner = {"type": "array", "items": SHARE, "minItems": 2, "maxItems": 2}
    return _object(
        photo=TEXT,
        mirrored={"type": "boolean"},
        inliers=COUNT,
        pictures=_list({"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2}),
        lines=_list({"type": "array", "items": SHARE, "minItems": 4, "maxItems": 4}),
        outline=_list(corner),
        compared=COUNT,
        extractor=TEXT,
        names={"type": "object", "additionalProperties": TEXT},
        one_of=_list(_object(site=TEXT, landmark=TEXT)),
    )


def _layout() -> Schema:
    """Return the schema of the layout: figures that were not assessed are null, never 0."""
    return _object(
        motion=_one_of(*get_args(CameraMotion)),
        sweep_deg=_or_null(DEGREES),
        heading_deg=_or_null(DEGREES),
        hfov_deg=_or_null(DEGREES),
        views=_or_null(COUNT),
        overhead_s=_or_null(SECONDS),
        at_least=_or_null({"type": "boolean"}),
        site=_or_null(TEXT),
        zones_seen=_or_null(_list(TEXT)),
        share_of_base=_or_null(SHARE),
        walked_m=_or_null(METRES),
        bearing_deg=_or_null(DEGREES),
        basis=TEXT,
        score=_or_null(SHARE),
        score_words={"$ref": "#/$defs/both"},
    )


def _verdict() -> Schema:
    return _object(
        action=_one_of(*ACTIONS),
        action_why=_or_null({"$ref": "#/$defs/both"}),
        names_only={"type": "boolean"},
        site=_or_null(TEXT),
        likelihood=LIKELIHOOD,
        likelihood_words={"$ref": "#/$defs/both"},
        confidence=_one_of(*get_args(Confidence)),
        severity=SHARE,
        contributions=_list(
            _object(family=_one_of("PRIOR", *get_args(Family)), log_odds=NUMBER, why={"$ref": "#/$defs/both"})
        ),
        not_assessed=_list(_one_of(*CHECKS)),
    )


def _finding() -> Schema:
    return _object(
        fingerprint={"type": "string", "pattern": "^[0-9a-f]{16,64}$"},
        rule=TEXT,
        site=TEXT,
        severity=SHARE,
        match_ids={**_list(TEXT), "minItems": 1},
        state=_one_of(*STATES),
        decided_by=_or_null(TEXT),
        until=_or_null(DAY),
        copy_of=_or_null({"type": "string", "pattern": "^[0-9a-f]{16,64}$"}),
        decision_why=_or_null(TEXT),
        allow_rule=_or_null(COUNT),
        likelihood=LIKELIHOOD,
        action=_one_of(*ACTIONS),
    )


def _object(**properties: Schema) -> Schema:
    """Return the schema of an object with all of these keys required."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _one_of(*words: str) -> Schema:
    return {"enum": list(words)}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}
