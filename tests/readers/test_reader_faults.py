"""A reader that falls over: what the machine did to it is tried again, what the bytes did to it holds."""

import io
import sys
from collections.abc import Iterator
from typing import BinaryIO

import pytest

from opsec.casefile.stored_post import is_final
from opsec.model import FileKind
from opsec.model.records import Found
from opsec.readers.interface import Reader
from opsec.readers.registry import read_file

EBML = b"\x1a\x45\xdf\xa3" + bytes(60)


def _falls(fault: Exception) -> Reader:
    def read(file: BinaryIO, kind: FileKind) -> Iterator[Found]:
        yield from ()
        raise fault

    return Reader(name="falls", version=1, check="metadata", kinds=frozenset({"mp4"}), read=read)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (ImportError("no such library"), "reader_fault"),
        (ModuleNotFoundError("no such library"), "reader_fault"),
        (OSError(5, "Input/output error"), "reader_fault"),
        (OSError(24, "Too many open files"), "reader_fault"),
        (RuntimeError("can't start new thread"), "reader_fault"),
        (SystemError("returned a result with an exception set"), "reader_fault"),
        (PermissionError("a film may not open another file"), "not_read"),
        (RecursionError("too deep"), "not_read"),
        (NotImplementedError("no such box"), "not_read"),
        (ValueError("no such number"), "not_read"),
        (IndexError("too short"), "not_read"),
        (EOFError("too short"), "not_read"),
    ],
)
def test_only_what_the_bytes_did_is_kept_for_good(fault: Exception, code: str) -> None:
    reading = read_file(io.BytesIO(b"x"), "mp4", (_falls(fault),))
    assert (reading.status, [why.code for why in reading.reasons]) == ("unread", [code])
    assert dict(reading.reasons[0].blanks) == {"part": "falls", "detail": type(fault).__name__}
    assert is_final(reading) is (code == "not_read")


def test_a_film_that_met_a_broken_library_is_read_again_once_it_is_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "av", None)
        broken = read_file(io.BytesIO(EBML), "matroska")
    assert {why.code for why in broken.reasons} == {"reader_fault"}
    assert not is_final(broken)
    assert is_final(read_file(io.BytesIO(EBML), "matroska"))
