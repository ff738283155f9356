"""Any value under the keys of exports gives a bounded reading and no program fault."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsec.sandbox.protocol import ReadResult, decode_reply, encode
from tests.readers.posts.exports.made import codes, reading

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
KEYS = st.sampled_from(
    """messages chats list text type message file photo place_name location_information latitude longitude from
    date_unixtime participants Post Posts Video Videos VideoList Location Date Link Profile ProfileMap category
    subcategory itemStruct desc createTime author uniqueId poi name address contentLocation stickersOnItem stickerText
    comments stats playCount media uri creation_timestamp media_metadata exif_data attachments data place coordinate
    timestamp title lat lon time value cts GPS5 samples extractor webpage_url description view_count id""".split()
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=30
)
ROOTS = st.sampled_from(
    [
        {},
        {"messages": [{"type": "message", "text": "x"}]},
        {"chats": {"list": [{"messages": []}]}},
        {"Post": {"Posts": {"VideoList": [{"Date": "2026-11-16"}]}}},
        {"category": "x", "subcategory": "y"},
        {"itemStruct": {"desc": "x"}},
        {"participants": [], "messages": []},
        {"extractor": "x", "webpage_url": "y"},
    ]
)


@given(ROOTS, st.dictionaries(KEYS, VALUES, max_size=6), st.booleans())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_values_are_safe(root: dict[str, Any], more: dict[str, Any], as_list: bool) -> None:
    content = {**more, **root}
    found = reading([content, more] if as_list else content)
    assert "not_read" not in codes(found)
    reply = decode_reply(encode(ReadResult(found))[4:])
    assert isinstance(reply, ReadResult)


@given(ROOTS, st.dictionaries(KEYS, VALUES, max_size=4), st.integers(0, 400))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_truncation_is_safe(root: dict[str, Any], more: dict[str, Any], end: int) -> None:
    data = json.dumps({**root, **more}).encode()
    found = reading(data[: min(end, len(data) - 1)] or b"{")
    assert "not_read" not in codes(found)
    assert found.status != "read"


@given(st.binary(max_size=200) | st.text(alphabet='{}[]":,\\ute1 \n').map(str.encode))
def test_any_bytes_are_safe(data: bytes) -> None:
    assert "not_read" not in codes(reading(data))
