"""A reader that raises: program faults, errors of the file and errors of the machine are distinguished."""

import io
import struct
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

import cv2
import numpy as np
import pytest

from opsec.casefile.stored_post import is_final
from opsec.model import FileKind, Reading
from opsec.model.records import ReaderOutput
from opsec.readers.interface import Reader
from opsec.readers.registry import read_file
from opsec.runtime.program_faults import fault_of

EBML = b"\x1a\x45\xdf\xa3" + bytes(60)


def _reader(body: str, module: str) -> Reader:
    """A reader whose code is in a module of this name."""
    place: dict[str, Any] = {"__name__": module, "struct": struct, "np": np, "cv2": cv2}
    indented = "\n".join(f"    {line}" for line in body.splitlines())
    exec(compile(f"def read(file, kind):\n    yield from ()\n{indented}\n", "reader", "exec"), place)
    return Reader(name="odd", version=1, check="metadata", kinds=frozenset({"mp4"}), read=place["read"])


def _read(reader: Reader) -> Reading:
    return read_file(io.BytesIO(b"x"), "mp4", (reader,))


def _codes(reading: Reading) -> list[str]:
    return [why.code for why in reading.reasons]


FAULTS = {
    "an argument of the wrong type": "len(3)",
    "a function called wrongly": "struct.unpack(zzz=1)",
    "a compiled library called wrongly": "import av\nav.open('x', metadata_error='ignore')",
    "a Python library called wrongly": "import json\njson.loads('1', None, None)",
    "an attribute that does not exist": "(3).denominators",
    "an attribute of None": "None.hints",
    "a name that does not exist": "hnits",
    "a variable before it has a value": "x = y\ny = 1",
    "a key that does not exist": "{}['exif']",
    "an index that does not exist": "[][0]",
    "a false assertion": "assert kind == 'jpeg'",
    "a division by zero": "1 / (file.seek(0) * 1)",
    "a module that does not exist": "import opsec_zzz",
    "a name that a module lacks": "from io import Zzz",
}
OF_THE_FILE = {
    "a value": "raise ValueError('no such number')",
    "bytes that end": "struct.unpack('>I', file.read())",
    "text that is not UTF-8": "bytes([200]).decode()",
    "an end of file": "raise EOFError",
    "recursion": "raise RecursionError('too deep')",
    "a library over bytes": "cv2.imdecode(np.zeros(0, np.uint8), 0)",
    "a Python library over bytes": "import xml.etree.ElementTree as tree\ntree.fromstring('<')",
    "a file that may not be opened": "raise PermissionError('a film may not open another file')",
}
OF_THE_MACHINE = {
    "a disk": "raise OSError(5, 'Input/output error')",
    "too many files": "raise OSError(24, 'Too many open files')",
    "threads": "raise RuntimeError('no new thread')",
    "the interpreter": "raise SystemError('a result with an exception set')",
}


@pytest.mark.parametrize("body", FAULTS.values(), ids=FAULTS)
def test_a_mistake_in_our_code_is_a_program_fault(body: str) -> None:
    reading = _read(_reader(body, "opsec.readers.registry"))
    assert (reading.status, _codes(reading)) == ("unread", ["internal"])
    assert not is_final(reading)
    assert reading.checks == {"metadata": "failed"}
    fault = fault_of(reading.reasons[0])
    assert fault is not None
    assert fault.partition(":")[0].endswith("Error in opsec.readers.registry")


@pytest.mark.parametrize("body", OF_THE_FILE.values(), ids=OF_THE_FILE)
def test_errors_caused_by_the_file_are_final(body: str) -> None:
    reading = _read(_reader(body, "opsec.readers.registry"))
    assert (reading.status, _codes(reading)) == ("unread", ["not_read"])
    assert is_final(reading)
    assert fault_of(reading.reasons[0]) is None


@pytest.mark.parametrize("body", OF_THE_MACHINE.values(), ids=OF_THE_MACHINE)
def test_errors_caused_by_the_machine_are_retried(body: str) -> None:
    reading = _read(_reader(body, "opsec.readers.registry"))
    assert (reading.status, _codes(reading)) == ("unread", ["reader_fault"])
    assert not is_final(reading)


@pytest.mark.parametrize("body", ["len(3)", "None.hints", "{}['exif']", "[][0]"])
def test_the_same_mistake_inside_a_library_is_attributed_to_the_file(body: str) -> None:
    assert _codes(_read(_reader(body, "exifread.tags"))) == ["not_read"]


def test_a_fault_of_one_reader_hides_no_result_of_another() -> None:
    def finds(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:
        from tests.fixtures.records import position_hint

        yield position_hint(31.005, 42.005)

    sound = Reader(name="sound", version=1, check="metadata", kinds=frozenset({"mp4"}), read=finds)
    reading = read_file(io.BytesIO(b"x"), "mp4", (_reader("len(3)", "opsec.readers.registry"), sound))
    assert (reading.status, _codes(reading), len(reading.hints)) == ("partly", ["internal"], 1)


def test_a_video_read_without_its_library_is_read_again_once_repaired(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "av", None)
        broken = read_file(io.BytesIO(EBML), "matroska")
    assert set(_codes(broken)) == {"internal"}
    assert not is_final(broken)
    assert is_final(read_file(io.BytesIO(EBML), "matroska"))
