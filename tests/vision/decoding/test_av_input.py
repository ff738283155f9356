"""Media files open with every PyAV: before 19 with ``metadata_errors``, from 19 on without it."""

import ast
import io
import json
from pathlib import Path
from typing import Any

import av
import pytest

import opsec
from opsec.demo.media import clip
from opsec.readers.registry import read_file
from opsec.vision.decoding import av_input

ROOT = Path(opsec.__file__).parent
TITLE = "Gate of Falcon Camp, 0000 hours"


@pytest.mark.parametrize(
    ("version", "is_lenient"),
    [("14.0.1", True), ("18.1.0", True), ("19.0.2", False), ("20.0.0rc1", False)],
)
def test_the_argument_that_pyav_19_dropped_goes_to_older_versions_only(
    version: str, is_lenient: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed: dict[str, Any] = {}

    def record(file: Any, mode: str, **arguments: Any) -> None:
        passed.update(arguments)

    monkeypatch.setattr(av, "__version__", version)
    monkeypatch.setattr(av, "open", record)
    av_input.open_input(io.BytesIO(), "matroska", ("h264", "hevc"))
    assert ("metadata_errors" in passed) is is_lenient
    assert passed["options"] == {"codec_whitelist": "h264,hevc", "protocol_whitelist": "none"}
    with pytest.raises(PermissionError):
        passed["io_open"]("other.mkv", 0, {})


def test_the_installed_pyav_opens_and_decodes_a_video() -> None:
    raw = io.BytesIO(clip(1, kind="matroska"))
    with av_input.open_input(raw, "matroska", ("mpeg4", "mjpeg", "h264")) as container:
        assert sum(1 for _frame in container.decode(video=0)) > 0


@pytest.mark.parametrize("kind", ["matroska", "avi"])
def test_bytes_of_a_tag_that_are_not_utf8_are_left_out(kind: Any) -> None:
    raw = clip(1, kind=kind, tags={"title": TITLE})
    assert raw.count(b"0000 hours") >= 1
    reading = read_file(io.BytesIO(raw.replace(b"0000 hours", b"\xff\xc3\xa0\xfe hours")), kind)
    texts = [hint.text for hint in reading.hints if hint.kind == "text"]
    assert "Gate of Falcon Camp, à hours" in texts
    json.dumps(texts, ensure_ascii=False).encode("utf-8")  # a lone surrogate would fail here


def test_names_of_tags_are_cleaned_too() -> None:
    assert list(av_input.iter_tags({"ti\udcfftle": "ga\udc80te"})) == [("title", "gate")]


def test_only_this_module_opens_media_files_for_reading() -> None:
    """A second call would have to handle PyAV's versions as well, and might forget the whitelists."""
    calls = {
        (file.relative_to(ROOT).as_posix(), node.lineno)
        for file in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "av.open"
        if not any(isinstance(argument, ast.Constant) and argument.value == "w" for argument in node.args)
    }
    assert {name for name, _line in calls} == {Path(av_input.__file__).relative_to(ROOT).as_posix()}
