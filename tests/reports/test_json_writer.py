"""JSON documents: one with a long list has the same bytes, however it is encoded, and keeps no item."""

import gc
import json
import weakref
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from opsec.reports.json_writer import encode_document, encode_document_with_list

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.text(max_size=4), VALUES, max_size=3),
    st.text(max_size=4),
    st.lists(VALUES, max_size=4),
    st.dictionaries(st.text(max_size=4), VALUES, max_size=3),
)
def test_the_bytes_are_those_of_the_whole_document(
    before: dict[str, Any], key: str, items: list[Any], after: dict[str, Any]
) -> None:
    record: dict[str, Any] = {**before, key: None, **after}
    assert encode_document_with_list(record, key, items) == encode_document({**record, key: items})


def test_a_field_of_the_same_name_inside_another_is_not_taken_for_the_list() -> None:
    record = {"other": {"clips": []}, "text": '\n "clips": []', "clips": []}
    encoded = encode_document_with_list(record, "clips", [{"path": "a"}])
    assert json.loads(encoded) == {**record, "clips": [{"path": "a"}]}


def test_no_item_is_kept_after_it_is_encoded() -> None:
    class Record(dict[str, int]):
        """A record that a weak reference can follow."""

        __hash__ = object.__hash__  # type: ignore[assignment]

    alive: weakref.WeakSet[Record] = weakref.WeakSet()
    most = 0

    def records() -> Iterator[Record]:
        nonlocal most
        for number in range(50):
            record = Record(number=number)
            alive.add(record)
            gc.collect(0)
            most = max(most, len(alive))
            yield record

    assert json.loads(encode_document_with_list({"clips": []}, "clips", records()))["clips"][49] == {"number": 49}
    assert most <= 2
