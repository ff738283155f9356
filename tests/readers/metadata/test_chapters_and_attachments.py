"""Chapters and attached records of Matroska files."""

import io
import json
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest

from opsec.model import Reading
from opsec.readers.metadata.ffmpeg_tags import READER
from opsec.readers.registry import read_file

RECORD = {"description": "at the gate", "uploader": "salim", "title": "tea", "latitude": 33.9812, "longitude": 43.2511}


def _film(*attachments: tuple[str, str, bytes], chapters: tuple[str, ...] = ()) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="matroska") as container:
        made: Any = container
        if not hasattr(made, "add_attachment") or not hasattr(made, "set_chapters"):
            pytest.skip("this PyAV cannot write attachments and chapters")
        stream = container.add_stream("ffv1", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for name, mime, data in attachments:
            made.add_attachment(name, mime, data)
        made.set_chapters(
            [
                {"id": n, "start": n, "end": n + 1, "time_base": Fraction(1, 1), "metadata": {"title": title}}
                for n, title in enumerate(chapters)
            ]
        )
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(frame.reformat(format="yuv420p")))
        container.mux(stream.encode())
    return out.getvalue()


def _read(data: bytes) -> Reading:
    return read_file(io.BytesIO(data), "matroska", (READER,))


def test_chapters_are_read_once_with_their_times() -> None:
    hints = [hint for hint in _read(_film(chapters=("Intro", "The gate"))).hints if hint.field == "chapter"]
    assert [(hint.text, hint.at_s) for hint in hints] == [("Intro", 0.0), ("The gate", 1.0)]


@pytest.mark.parametrize(("name", "mime"), [("info.json", "application/json"), ("x.JSON", "application/octet-stream")])
def test_an_attached_record_gives_the_facts_of_the_post(name: str, mime: str) -> None:
    reading = _read(_film((name, mime, json.dumps(RECORD).encode())))
    assert reading.post is not None
    assert (reading.post.caption, reading.post.author) == ("at the gate", "salim")
    assert [hint.point.lat for hint in reading.hints if hint.point] == [33.9812]
    assert reading.status == "read"


def test_an_attached_text_is_read_and_a_font_is_not() -> None:
    reading = _read(_film(("note.txt", "text/plain", b"night shift"), ("a.ttf", "font/ttf", b"night shift")))
    assert [(hint.field, hint.text) for hint in reading.hints if hint.kind == "text"] == [
        ("attachment/note.txt", "night shift")
    ]


def test_a_damaged_record_is_reported() -> None:
    reading = _read(_film(("info.json", "application/json", b'{"description": "at the gate", "tags": [')))
    assert (reading.status, [why.code for why in reading.reasons]) == ("partly", ["cut_off"])
    assert reading.post is not None
    assert reading.post.caption == "at the gate"
