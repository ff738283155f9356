"""The published JSON Schema (2020-12) of the weekly report, for ``opsec schema week``.

It is derived from the types of the record that the report is made from, so schema and program stay consistent. Unknown
keys are allowed: fields may be added under the same ``schema_version``, never renamed.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from opsec.reports.weekly_json import SCHEMA_VERSION
from opsec.reports.weekly_view import WeeklyView

Schema = dict[str, Any]
_PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer", "minimum": 0},
    float: {"type": "number"},
    NoneType: {"type": "null"},
}
_ONLY_EVIDENCE = "evidence"
"""Field that the other editions lack."""


def build_weekly_schema() -> Schema:
    """Return the schema of the whole document."""
    whole = _of(WeeklyView)
    whole["required"].remove(_ONLY_EVIDENCE)
    for name in ("mosaics", "routines"):
        items = whole["properties"][name]["items"]
        items["properties"] = {"rule": {"type": "string"}, **items["properties"]}
    program = {"type": "object", "properties": {"name": {"const": "opsec"}, "version": {"type": "string"}}}
    shares = {"type": "object", "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1}}
    head = {"schema_version": {"const": SCHEMA_VERSION}, "program": program, "thresholds": shares}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "opsec week",
        **whole,
        "properties": {**head, **whole["properties"]},
        "required": [*head, *whole["required"]],
    }


def _of(kind: Any) -> Schema:
    """Return the schema of a type."""
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        names = [field.name for field in fields(kind)]
        return {"type": "object", "properties": {name: _of(hints[name]) for name in names}, "required": names}
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        return {"enum": list(parts)}
    if origin in {Union, UnionType}:
        return {"anyOf": [_of(part) for part in parts]}
    if origin is tuple:
        return _array(parts)
    return {"type": "object", "propertyNames": _of(parts[0]), "additionalProperties": _of(parts[1])}


def _array(parts: tuple[Any, ...]) -> Schema:
    """Return the schema of a tuple: of any length, or of fixed places."""
    if len(parts) == 2 and parts[1] is Ellipsis:
        return {"type": "array", "items": _of(parts[0])}
    places = [{"type": "number"} if part is float else _of(part) for part in parts]
    return {"type": "array", "prefixItems": places, "items": False, "minItems": len(parts)}
