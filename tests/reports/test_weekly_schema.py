"""The published schema of the weekly report fits every edition, and refuses what is none."""

import copy
import json
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from opsec.model.exposure import EDITIONS, Edition
from opsec.reports.weekly_json import render_weekly_json, weekly_document
from opsec.reports.weekly_schema import build_weekly_schema
from tests.reports.made import made_exposure

SCHEMA = build_weekly_schema()


def document(edition: Edition = "command") -> dict[str, Any]:
    record: dict[str, Any] = json.loads(render_weekly_json(made_exposure(), edition))
    return record


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_edition_is_valid(edition: Edition) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(document(edition), SCHEMA)
    assert ("evidence" in document(edition)) == (edition == "evidence")
    assert weekly_document(made_exposure(), edition)["edition"] == edition


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("edition",), "general"),
        (("schema_version",), 99),
        (("trend", 0, "clips"), -1),
        (("bases", 0, "findings"), "few"),
        (("bases", 0, "findings"), 2.5),
        (("worst", 0, "state"), "gone"),
        (("coverage", "by_group"), {"mood": 3}),
        (("advice", 0, "kind"), "attack"),
    ],
)
def test_what_is_no_report_is_refused(path: tuple[str | int, ...], value: object) -> None:
    record: Any = copy.deepcopy(document())
    place = record
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record, SCHEMA)


def test_a_missing_field_is_refused() -> None:
    for name in ("trend", "coverage", "bases", "thresholds"):
        record = document()
        del record[name]
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(record, SCHEMA)
