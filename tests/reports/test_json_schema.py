"""The JSON contract: output conforms to the published schema, and wrong documents do not."""

import copy
import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from opsec.i18n.reasons import make_reason
from opsec.model import (
    ACTIONS,
    CHECKS,
    STATES,
    Bilingual,
    Clip,
    Contribution,
    Coverage,
    Decision,
    Finding,
    Fix,
    Hint,
    Match,
    Point,
    Post,
    Result,
    Verdict,
)
from opsec.model.reasons import REASONS
from opsec.reports.json_schema import build_json_schema
from opsec.reports.json_writer import encode_line
from opsec.reports.scan_json import clip_record, encode_scan
from tests.reports.hostile import HOSTILE, hostile_clip
from tests.reports.made import flagged_clip, made_scan

VALIDATOR = Draft202012Validator(build_json_schema())
CLIP_VALIDATOR = Draft202012Validator({**build_json_schema(), "$ref": "#/$defs/clip"})

CONTRACT = {
    "": ["schema_version", "program", "settings_sha256", "sites_sha256", "clips"],
    "clip": ["path", "sha256", "post", "coverage", "hints", "matches", "layout", "verdict", "findings"],
    "post": ["author", "caption", "posted_at", "recorded_at", "url", "source"],
    "coverage": ["status", "reason", "seconds_claimed", "seconds_read", "frames_read", "checks"],
    "hints": [
        "id", "kind", "family", "reader", "field", "at_s", "until_s", "box", "lat", "lon", "accuracy_m",
        "heading_deg", "altitude_m", "points", "text", "note",
    ],
    "matches": [
        "id", "hint_ids", "site", "zone", "landmark", "rule", "grade", "log_odds", "distance_m", "span", "why",
    ],
    "layout": [
        "motion", "sweep_deg", "heading_deg", "hfov_deg", "views", "overhead_s", "zones_seen", "share_of_base",
        "basis", "score",
    ],
    "verdict": ["action", "site", "likelihood", "confidence", "severity", "contributions", "not_assessed"],
    "contributions": ["family", "log_odds", "why"],
    "findings": ["fingerprint", "rule", "site", "severity", "match_ids", "state", "decided_by", "until", "copy_of"],
}  # fmt: skip
"""Keys and their order, copied by hand from the contract: the one place where the two are compared."""


def document() -> dict[str, Any]:
    record: dict[str, Any] = json.loads(encode_scan(made_scan()))
    return record


def test_the_schema_is_valid() -> None:
    Draft202012Validator.check_schema(build_json_schema())


def test_keys_are_in_the_order_of_the_contract() -> None:
    record = document()
    clip = next(clip for clip in record["clips"] if clip["verdict"]["action"] == "act_now")
    parts = {
        "": record, "clip": clip, "post": clip["post"], "coverage": clip["coverage"], "hints": clip["hints"][0],
        "matches": clip["matches"][0], "layout": clip["layout"], "verdict": clip["verdict"],
        "contributions": clip["verdict"]["contributions"][0], "findings": clip["findings"][0],
    }  # fmt: skip
    for name, wanted in CONTRACT.items():
        assert [key for key in parts[name] if key in wanted] == wanted, name


def test_a_sample_scan_is_valid() -> None:
    VALIDATOR.validate(document())


def test_figures_have_no_false_precision() -> None:
    clip = clip_record(flagged_clip())
    assert clip["verdict"]["likelihood"] == 0.9877
    assert clip["verdict"]["contributions"][1]["log_odds"] == 5.991
    assert (clip["hints"][0]["lat"], clip["hints"][0]["accuracy_m"]) == (31.0051235, 8.0)
    assert clip["hints"][2]["points"] == [[0.0, 31.005, 42.005, 41.3, 90.0], [1.0, 31.0051, 42.0051, None, None]]


def test_an_unassessed_layout_has_no_invented_values() -> None:
    layout = clip_record(flagged_clip())["layout"]
    assert layout.pop("motion") == "unknown"
    assert layout.pop("basis") == "not_assessed"
    assert layout.pop("score_words")["en"] == "not assessed"
    assert set(layout.values()) == {None}


def test_features_stay_in_the_case_file() -> None:
    base = flagged_clip()
    seen = Hint(id="h9", kind="features", family="VISUAL", reader="view", field="frame")
    clip = Clip(
        path=base.clip.path, sha256=base.clip.sha256, post=base.clip.post, coverage=base.clip.coverage, hints=(seen,)
    )
    record = clip_record(Result(clip=clip, matches=(), verdict=base.verdict, findings=()))
    assert record["hints"] == []


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_round_trips(text: str) -> None:
    line = encode_line(clip_record(hostile_clip(text)))
    assert line.count(b"\n") == 1
    assert not set(line) & {*range(0x0A), *range(0x0B, 0x20), 0x7F}
    record = json.loads(line)
    CLIP_VALIDATOR.validate(record)
    assert record["post"]["caption"] == text


def wrong(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """A document with one value replaced; ``...`` takes the key away."""

    def change(record: dict[str, Any]) -> None:
        *parents, last = path.split(".")
        place: Any = record
        for key in parents:
            place = place[int(key)] if key.isdigit() else place[key]
        if value is ...:
            del place[last]
        elif last.isdigit():
            place[int(last)] = value
        else:
            place[last] = value

    return change


HINT = "clips.2.hints.0"
MUTATIONS = [
    ("schema_version", 2), ("schema_version", "1"), ("program", ...), ("program.name", "other"),
    ("settings_sha256", "AB" * 32), ("sites_sha256", None), ("clips", {}), ("clips", ...), ("counts.read", -1),
    ("counts.hidden", ...), ("skipped.0.reason_code", "because"), ("skipped", ...),
    ("clips.0.path", None), ("clips.0.sha256", "xyz"), ("clips.0.post", None), ("clips.0.post.caption", ...),
    ("clips.0.coverage.status", "fine"), ("clips.0.coverage.reason", ["a"]), ("clips.0.coverage.frames_read", 1.5),
    ("clips.0.coverage.checks.metadata", "maybe"), ("clips.0.coverage.checks.smell", "ran"),
    ("clips.0.coverage.seconds_read", -1), ("clips.0.coverage.reason_codes", ["nope"]),
    (f"{HINT}.kind", "guess"), (f"{HINT}.family", "meta"), (f"{HINT}.lat", 91), (f"{HINT}.lon", -181),
    (f"{HINT}.lat", "31.0"), (f"{HINT}.lat", None), (f"{HINT}.box", [0, 0, 1]), (f"{HINT}.box", [0, 0, 1, 2]),
    (f"{HINT}.heading_deg", 361), (f"{HINT}.points", [[0, 1, 2]]), (f"{HINT}.points", [[0, 99, 2, None, None]]),
    (f"{HINT}.text", ...), (f"{HINT}.id", 1),
    ("clips.2.matches.0.hint_ids", []), ("clips.2.matches.0.grade", "certain"), ("clips.2.matches.0.log_odds", None),
    ("clips.2.matches.1.span", [1]), ("clips.2.matches.1.span", [-1, 4]), ("clips.2.matches.0.distance_m", -3),
    ("clips.2.matches.0.why", "a sentence"), ("clips.2.matches.0.why.ar", ...),
    ("clips.0.layout", ...), ("clips.0.layout.motion", "still"), ("clips.0.layout.share_of_base", 1.2),
    ("clips.2.verdict.action", "ACT NOW"), ("clips.2.verdict.likelihood", 1.0), ("clips.2.verdict.likelihood", 0),
    ("clips.2.verdict.confidence", "medium"), ("clips.2.verdict.severity", 80),
    ("clips.2.verdict.not_assessed", ["everything"]), ("clips.2.verdict.contributions.0.family", "LUCK"),
    ("clips.2.findings.0.fingerprint", "short"), ("clips.2.findings.0.state", "gone"),
    ("clips.2.findings.0.decided_by", ...), ("clips.2.findings.0.until", "soon"),
    ("clips.2.findings.0.match_ids", []), ("clips.2.findings.0.severity", ...),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), MUTATIONS, ids=[f"{path}={value!r}" for path, value in MUTATIONS])
def test_the_schema_refuses(path: str, value: Any) -> None:
    record = document()
    wrong(path, value)(record)
    assert not VALIDATOR.is_valid(record)


def test_the_schema_lets_later_versions_add_fields() -> None:
    record = copy.deepcopy(document())
    record["clips"][0]["verdict"]["weather"] = "fair"
    VALIDATOR.validate(record)


# ── any result that the model allows ──────────────────────────────────────────────────────────
TEXTS = st.text(st.characters(), max_size=30)
SOME = st.none() | TEXTS
BOTH = st.builds(Bilingual, TEXTS, TEXTS)
SHARES = st.floats(0, 1)
POINTS = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
FIXES = st.builds(
    Fix,
    st.floats(0, 1e7),
    POINTS,
    st.none() | st.floats(-12_000, 1_000_000),
    st.none() | st.floats(0, 360),
)
HINTS = st.builds(
    Hint,
    kind=st.sampled_from(["position", "track", "text", "place", "motion", "time", "device", "features"]),
    family=st.sampled_from(["META", "TEXT", "SIGN", "VISUAL", "CONTEXT"]),
    reader=TEXTS,
    field=TEXTS,
    id=TEXTS,
    at_s=st.none() | st.floats(0, 1e7),
    box=st.none() | st.tuples(SHARES, SHARES, SHARES, SHARES),
    point=st.none() | POINTS,
    accuracy_m=st.none() | st.floats(0, 5e7),
    fixes=st.lists(FIXES, max_size=3).map(tuple),
    text=SOME,
)
MATCHES = st.builds(
    Match,
    hint_ids=st.lists(TEXTS, min_size=1, max_size=2).map(tuple),
    site=TEXTS,
    rule=TEXTS,
    grade=st.sampled_from(["possible", "probable", "strong"]),
    log_odds=st.floats(-20, 20),
    why=BOTH,
    distance_m=st.none() | st.floats(0, 5e7),
    span=st.none() | st.tuples(st.integers(0, 9), st.integers(0, 9)),
)
RESULTS = st.builds(
    Result,
    clip=st.builds(
        Clip,
        path=TEXTS,
        sha256=st.none() | st.just("ab" * 32),
        post=st.builds(Post, author=SOME, caption=SOME, url=SOME),
        coverage=st.builds(
            Coverage,
            status=st.sampled_from(["read", "partly", "unread"]),
            reasons=st.lists(st.just(make_reason("cut_off", part="box")), max_size=2).map(tuple),
            seconds_claimed=st.none() | st.floats(0),
            checks=st.dictionaries(st.sampled_from(CHECKS), st.sampled_from(["ran", "failed", "not_applicable"])),
        ),
        hints=st.lists(HINTS, max_size=3).map(tuple),
    ),
    matches=st.lists(MATCHES, max_size=2).map(tuple),
    verdict=st.builds(
        Verdict,
        action=st.sampled_from(ACTIONS),
        site=SOME,
        likelihood=st.floats(0.01, 0.99),
        confidence=st.sampled_from(["high", "moderate", "low"]),
        severity=SHARES,
        contributions=st.lists(st.builds(Contribution, st.just("PRIOR"), st.floats(-9, 9), BOTH), max_size=2).map(
            tuple
        ),
        not_assessed=st.lists(st.sampled_from(CHECKS), max_size=2).map(tuple),
    ),
    findings=st.lists(
        st.builds(
            Finding,
            fingerprint=st.just("0123456789abcdef" * 2),
            rule=TEXTS,
            site=TEXTS,
            likelihood=st.floats(0.01, 0.99),
            severity=SHARES,
            match_ids=st.just(("m1",)),
            action=st.sampled_from(ACTIONS),
            decision=st.builds(
                Decision,
                state=st.sampled_from(STATES),
                decided_by=st.none() | TEXTS,
                why=st.none() | TEXTS,
                until=st.none() | st.dates().map(str),
                allow_rule=st.none() | st.integers(0, 9),
            ),
        ),
        max_size=2,
    ).map(tuple),
)


@given(RESULTS)
@settings(max_examples=60, deadline=None)
def test_any_result_is_valid_and_one_inert_line(result: Result) -> None:
    line = encode_line(clip_record(result))
    record = json.loads(line, parse_constant=pytest.fail)  # NaN and Infinity are no JSON
    CLIP_VALIDATOR.validate(record)
    assert record["post"]["caption"] == _as_json_holds_it(result.clip.post.caption)
    assert line == encode_line(clip_record(result))


def _as_json_holds_it(text: str | None) -> str | None:
    """Two surrogate halves side by side are one character to JSON."""
    return None if text is None else text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def test_a_figure_that_is_not_a_number_is_null() -> None:
    base = flagged_clip()
    endless = Coverage(status="read", seconds_claimed=math.inf, seconds_read=math.nan, checks={})
    clip = Clip(path="a", sha256=None, post=Post(), coverage=endless, hints=())
    coverage = clip_record(Result(clip=clip, matches=(), verdict=base.verdict, findings=()))["coverage"]
    assert (coverage["seconds_claimed"], coverage["seconds_read"]) == (None, None)


def test_every_reason_code_is_in_the_schema() -> None:
    codes = build_json_schema()["$defs"]["clip"]["properties"]["coverage"]["properties"]["reason_codes"]["items"][
        "enum"
    ]
    assert codes == list(REASONS)


def test_reach_is_reported_and_unknown_values_are_null() -> None:
    base = flagged_clip()
    clip = replace(base.clip, post=replace(base.clip.post, views=1204, likes=0, shares=None))
    record = clip_record(replace(base, clip=clip))
    CLIP_VALIDATOR.validate(record)
    assert [record["post"][key] for key in ("views", "likes", "shares")] == [1204, 0, None]
