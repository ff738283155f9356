"""Data in addresses: short texts are decoded, anything else is counted, sentences are neither."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.formats.data_urls import MAX_DATA_TEXT_LENGTH, data_url_gaps, decode_data_text, is_data_url


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _counts(text: str, *, texts_are_read: bool = True) -> dict[str, str]:
    blanks = [dict(gap.reason.blanks) for gap in data_url_gaps(text, texts_are_read=texts_are_read)]
    return {one["part"]: one["count"] for one in blanks}


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("data:text/plain,at%20the%20gate", "at the gate"),
        ("data:text/plain;charset=utf-8,معسكر الصقر", "معسكر الصقر"),
        (f"data:;base64,{_encoded('معسكر الصقر')}", "معسكر الصقر"),
        (f"data:TEXT/HTML;charset=utf-8;base64,{_encoded('<p>gate</p>')}", "<p>gate</p>"),
        (f"data:application/ld+json;base64,{_encoded('{}')}", "{}"),
        ("data:image/png;base64,iVBORw0KGgo=", None),
        ("data:application/pdf;base64,JVBERi0=", None),
        ("data:text/plain;base64,%%%", None),
        ("data:text/plain," + "x" * MAX_DATA_TEXT_LENGTH, None),
        ("data:,gate", None),
        ("data: at the gate, 7", None),
        ("metadata:text/plain,gate", None),
    ],
)
def test_texts_in_addresses(url: str, text: str | None) -> None:
    assert decode_data_text(url) == text
    assert is_data_url(url) or text is None


@pytest.mark.parametrize(
    ("value", "counts"),
    [
        ("data:image/png;base64,iVBORw0KGgo=", {"embedded images": "1"}),
        ("data:image/svg+xml;utf8,<svg>", {"embedded images": "1"}),
        ('<img src="data:image/gif;base64,R0lGODlh">', {"embedded images": "1"}),
        ("data:video/mp4;base64,AAAA", {"attachments": "1"}),
        ("data:text/plain;base64,%%%", {"attachments": "1"}),
        ("<a href='data:text/plain,gate'>", {"attachments": "1"}),
        ("data:text/plain,gate", {}),
        (f"data:text/plain;base64,{_encoded('معسكر')}", {}),
        ("data: at the gate, 7", {}),
        ("metadata:image/png,x", {}),
    ],
)
def test_what_is_not_decoded_is_counted(value: str, counts: dict[str, str]) -> None:
    assert _counts(json.dumps({"a": value})) == counts
    assert _counts(json.dumps({"a": value}).replace("/", "\\/")) == counts


def test_every_value_is_counted() -> None:
    values = ["data:image/png;base64,AA==", "data:audio/ogg;base64,AA==", "data:text/plain,gate"] * 3
    assert _counts(json.dumps(values)) == {"attachments": "3", "embedded images": "3"}
    assert _counts(json.dumps(values), texts_are_read=False) == {"attachments": "6", "embedded images": "3"}


@given(st.text(), st.sampled_from([";base64", ";charset=utf-8", ""]))
def test_no_content_is_lost(content: str, parameters: str) -> None:
    """Each address is either decoded or counted."""
    url = f"data:text/plain{parameters},{content}"
    is_decoded = decode_data_text(url) is not None
    assert is_decoded or _counts(json.dumps(url)) == {"attachments": "1"}


@pytest.mark.parametrize("text", ["data:" * 300_000, "data:a/b" + ";x=" * 300_000, '"data:text/plain,' * 60_000])
def test_hostile_texts_end(text: str) -> None:
    assert set(_counts(text)) <= {"attachments"}
