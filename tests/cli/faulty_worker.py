"""A worker process with a bug in its MP4 reader. Started with the supervisor's arguments."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from opsec.model import FileKind
from opsec.readers.metadata import mp4
from opsec.readers.registry import READERS
from opsec.sandbox.template import main

BODY = "def read(file, kind):\n    yield from ()\n    kind.no_such_attribute\n"


def faulty() -> Any:
    """A function whose module is that of the MP4 reader."""
    place: dict[str, Any] = {"__name__": mp4.__name__}
    exec(compile(BODY, "mp4", "exec"), place)
    return place["read"]


def read(file: BinaryIO, kind: FileKind) -> Iterator[Any]:
    """As ``mp4.READER``."""
    yield from faulty()(file, kind)


if __name__ == "__main__":
    main(tuple(replace(one, read=read) if one is mp4.READER else one for one in READERS))
