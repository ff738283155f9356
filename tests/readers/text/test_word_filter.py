"""Words that a person may have written, and the values of programs."""

import pytest

from opsec.readers.text.word_filter import has_words


@pytest.mark.parametrize(
    "text",
    [
        "at the gate",
        "Habbaniyah",
        "#FalconCamp",
        "falcon_camp",
        "Falcon-Camp.mp4",
        "البوابة",
        "بغداد/معسكر",
        "33.9812, 43.2511",
        "geo:33.9812,43.2511",
        "https://www.google.com/maps?q=33.9812,43.2511",
        "see https://x.example/1",
        "May we meet",
        "F-07 gate 3",
    ],
)
def test_words(text: str) -> None:
    assert has_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "x",
        "42",
        "n/a",
        "N/A",
        "true",
        "2026-11-16T08:30:00Z",
        "16 Nov 2026, 08:30:00 UTC",
        "Mon, 16 Nov 2026 08:30 PM",
        "5f0c1d2e-11aa-4c6b-9d01-aa00bb11cc22",
        "9b74c9897bac770ffc029102a200c5de",
        "https://cdn.example/v/a.jpg?token=abcdef",
        "mailto:a@x.example",
        "application/json",
        "media/posts/a.jpg",
        "IMG_20261116_083000.jpg",
        "a.jpg",
        "en-US",
        "x" * 100,
        "dGhpcyBpcyBub3QgYSB3b3Jk==",
    ],
)
def test_no_words(text: str) -> None:
    assert not has_words(text)
