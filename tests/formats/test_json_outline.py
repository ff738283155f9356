"""Ends of nested JSON values, found in one pass: the same as letter by letter, at every level and in cut text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.formats import json_stream


def _reference(text: str, at: int) -> tuple[int, int] | None:
    """End and depth of the value at an offset, letter by letter."""
    depth = deepest = 0
    while at < len(text):
        if text[at] == '"':
            at += 1
            while at < len(text) and text[at] != '"':
                at += 2 if text[at] == "\\" else 1
            if at >= len(text):
                return None
        elif text[at] in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif text[at] in "}]":
            depth -= 1
            if depth == 0:
                return at + 1, deepest
        at += 1
    return None


def _brackets(text: str) -> list[int]:
    """Offsets of the opening brackets outside strings."""
    found: list[int] = []
    is_inside, at = False, 0
    while at < len(text):
        if is_inside and text[at] == "\\":
            at += 1
        elif text[at] == '"':
            is_inside = not is_inside
        elif not is_inside and text[at] in "{[":
            found.append(at)
        at += 1
    return found


VALUE = st.recursive(
    st.text(alphabet='ab"\\{}[]', max_size=6) | st.integers(0, 99),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(VALUE, st.integers(0, 20), st.sampled_from([0, 3, 10]), st.sampled_from([1, 2, 12]))
def test_ends_of_nested_values_at_every_level(value: object, cut: int, short: int, levels: int) -> None:
    whole = json.dumps(["x", value, {"k": value}])
    text = whole[: len(whole) - cut]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "_SHORT", short)
        patch.setattr(json_stream, "_OUTER_LEVELS", levels)
        json_stream._outline.cache_clear()
        found = {at: json_stream._measure(text, at) for at in _brackets(text)}
    json_stream._outline.cache_clear()
    assert found == {at: _reference(text, at) for at in found}


@pytest.mark.parametrize("repeat", [1, 20])
def test_a_long_value_is_scanned_once_however_often_it_is_asked_for(repeat: int) -> None:
    text = '{"a": ' * 1_000 + "1" + "}" * 1_000
    json_stream._outline.cache_clear()
    for _ in range(repeat):
        assert json_stream._measure(text, 0) == (len(text), 1_000)
    assert json_stream._outline.cache_info().misses == 1
