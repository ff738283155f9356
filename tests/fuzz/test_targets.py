"""The harnesses of the fuzzer: seeds are read, damaged ones break no promise, and a broken promise is noticed."""

import io
import random
from collections.abc import Callable, Iterator
from typing import get_args

import pytest

from opsec.formats.isobmff.boxes import iter_boxes
from opsec.model import FileKind
from opsec.readers import registry
from opsec.readers.registry import read_file
from tests.fuzz import seeds
from tests.fuzz.targets import MAX_INPUT_BYTES, TARGETS, BrokenPromiseError, Target, check

MUTANTS = 40
"""Of each harness; the fuzzer tries thousands a second."""
NOT_READ_HERE = {"empty", "unknown", "playlist", "flv", "mxf", "asf", "mpegps", "matroska", "avi", "gif", "zip"}
"""Types without a reader of their own, or whose seeds are too small to contain a hint."""
FOUND: dict[str, tuple[str, bytes]] = {
    "a pack with a file of no name": (
        "packs",
        b"PK\1\2" + bytes(42) + b"PK\5\6" + bytes(4) + b"\1\0\1\0" + b"\x2e\0\0\0" + bytes(6),
    ),
}
"""Inputs that broke a promise once: harness and bytes."""


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_break_no_promise(name: str) -> None:
    for seed in TARGETS[name].seeds():
        check(TARGETS[name], seed)


@pytest.mark.parametrize("kind", sorted(set(get_args(FileKind)) - NOT_READ_HERE))
def test_the_seeds_of_every_type_are_read(kind: FileKind) -> None:
    readings = [read_file(io.BytesIO(seed), kind) for seed in seeds.of_kind(kind)]
    assert any(reading.hints or reading.posts or reading.post for reading in readings)


@pytest.mark.parametrize("name", TARGETS)
def test_damaged_seeds_break_no_promise(name: str) -> None:
    draw = random.Random(name)
    whole = [*TARGETS[name].seeds()]
    for _ in range(MUTANTS):
        check(TARGETS[name], damaged(draw.choice(whole)[:MAX_INPUT_BYTES], draw))


def damaged(data: bytes, draw: random.Random) -> bytes:
    """The bytes with one to eight of them changed, and sometimes a part cut out or doubled."""
    changed = bytearray(data)
    for _ in range(draw.randint(1, 8) if changed else 0):
        changed[draw.randrange(len(changed))] = draw.choice((0, 1, 0x7F, 0x80, 0xFF, draw.randrange(256)))
    begin, end = sorted((draw.randint(0, len(changed)), draw.randint(0, len(changed))))
    match draw.randrange(4):
        case 0:
            del changed[begin:end]
        case 1:
            changed[begin:begin] = changed[begin:end]
    return bytes(changed)


@pytest.mark.parametrize(("name", "data"), FOUND.values(), ids=FOUND)
def test_an_input_that_broke_a_promise_does_not_any_more(name: str, data: bytes) -> None:
    check(TARGETS[name], data)


def _a_fault_of_the_program(*_args: object) -> Iterator[object]:
    yield from iter_boxes(None, frozenset())  # type: ignore[arg-type]


def _a_fault_of_the_machine(*_args: object) -> Iterator[object]:
    yield from ()
    raise OSError(5, "Input/output error")


@pytest.mark.parametrize(
    ("records", "says"),
    [(_a_fault_of_the_program, "AttributeError in opsec"), (_a_fault_of_the_machine, "reader_fault")],
)
def test_a_reader_that_fails_is_noticed(
    monkeypatch: pytest.MonkeyPatch, records: Callable[..., Iterator[object]], says: str
) -> None:
    monkeypatch.setattr(registry, "_reader_records", records)
    with pytest.raises(BrokenPromiseError, match=says):
        check(TARGETS["boxes"], seeds.of_kind("mp4")[0])


def test_an_input_that_takes_too_long_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzz.targets._BASE_CPU_S", -1.0)
    with pytest.raises(BrokenPromiseError, match="processor time"):
        check(Target(lambda _data: None, list), b"")
