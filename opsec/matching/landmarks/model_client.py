"""A model of the officer's at work in a process of its own, as the process that holds the sites sees it.

What it is asked is small (a picture of ours, or features), and so are its answers. When it dies or hangs over a
question, it is started anew and the question counts as not answered.
"""

import os
import select
import subprocess
import sys
import time
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from opsec.matching.landmarks.model_server import LENGTH, framed, heard, told, unframed
from opsec.matching.landmarks.putative_matches import Paired, paired
from opsec.vision.features.local_features import MOST, Extracted
from opsec.vision.features.onnx_extractor import ModelFile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.matching.landmarks.model_server import Arrays

    Bytes = NDArray[np.uint8]

COMMAND = (sys.executable, "-s", "-P", "-m", "opsec.matching.landmarks.model_server")
MOST_WAIT_S = 120.0
"""For one question to be taken and answered; a picture takes a second or two."""
MOST_FALLS = 3
"""Pairs over which a pairing may fall before it is asked no more: each may take the whole wait."""
_MOST_ANSWER = 1 << 26
_CHUNK = 1 << 16
_ENVIRONMENT = {
    "PATH": os.defpath,
    "HOME": "/",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
_PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class NoAnswerError(Exception):
    """The process died, hung, or said that it cannot."""


class ModelProcess:
    """One model; its process is started with the first question."""

    def __init__(self, file: ModelFile) -> None:
        self._file = file
        self._process: subprocess.Popen[bytes] | None = None
        self.components = 0
        """Of a descriptor that it gives; known once it was started."""

    @property
    def name(self) -> str:
        """Of the model: it changes with the file."""
        return self._file.name

    def start(self) -> None:
        """Start it and have it load the model. Raises ``NoAnswerError`` when that is no such model."""
        import numpy as np

        passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        self._process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT | passed_on,
            cwd="/",
            start_new_session=True,
        )
        weakref.finalize(self, _end, self._process)
        if self._process.stdin is not None:
            os.set_blocking(self._process.stdin.fileno(), False)
        said = self._exchanged({"method": self._file.method, "model": np.frombuffer(self._file.content, np.uint8)})
        if not bool(said.get("loaded")):
            self.close()
            raise NoAnswerError(self._file.method)
        self.components = int(said["components"])

    def asked(self, question: "dict[str, Any]") -> "Arrays":
        """The answer to a question. Raises ``NoAnswerError``."""
        if self._process is None:
            self.start()
        said = self._exchanged(question)
        if "failed" in said:
            raise NoAnswerError(self._file.method)
        return said

    def close(self) -> None:
        """End it; a later question starts it anew."""
        if self._process is not None:
            _end(self._process)
            self._process = None

    def _exchanged(self, question: "dict[str, Any]") -> "Arrays":
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        until_s = time.monotonic() + MOST_WAIT_S
        try:
            _sent(process.stdin.fileno(), framed(question), until_s)
            (length,) = LENGTH.unpack(_received(process.stdout.fileno(), LENGTH.size, until_s))
            if length > _MOST_ANSWER:
                raise NoAnswerError("length")
            return unframed(_received(process.stdout.fileno(), length, until_s))
        except (OSError, ValueError, NoAnswerError) as fault:
            self.close()
            raise NoAnswerError(type(fault).__name__) from fault


class FinderProcess:
    """A finder of features in a process of its own: it looks at our photos only."""

    def __init__(self, process: ModelProcess) -> None:
        self._process = process

    @property
    def maker(self) -> str:
        """As ``Finder.maker``."""
        return self._process.name

    def find(self, grey: "Bytes", mask: "Bytes | None" = None, most: int = MOST) -> Extracted:
        """As ``Finder.find``. Raises ``NoAnswerError``."""
        assert mask is None, "our photos are looked at as a whole"
        return heard(self._process.asked({"grey": grey, "most": most}), "found", self.maker)


class PairingProcess:
    """A pairing in a process of its own; where that falls over a pair of pictures, the ratio test decides."""

    def __init__(self, process: ModelProcess) -> None:
        self._process = process
        self.falls = 0
        """Pairs of pictures over which it fell, so far."""

    @property
    def name(self) -> str:
        """Of the model: it changes with the file."""
        return self._process.name

    @property
    def gave_up(self) -> bool:
        """Whether it is asked no more."""
        return self.falls >= MOST_FALLS

    def __call__(self, frame: Extracted, photo: Extracted, /, *, own: int, flipped: bool) -> Paired:
        """As ``Pairing``."""
        import numpy as np

        if self.gave_up:
            return paired(frame, photo)
        question = {**told(frame, "frame"), **told(photo.only(slice(0, own)), "photo"), "own": own, "flipped": flipped}
        try:
            pairs = self._process.asked(question)["pairs"]
        except NoAnswerError:
            self.falls += 1
            return paired(frame, photo)
        pairs = np.asarray(pairs, np.intp).reshape(-1, 2)
        return Paired(pairs, len(pairs))


def _sent(pipe: int, content: bytes, until_s: float) -> None:
    """Write all of this to a pipe that does not block. Raises ``NoAnswerError`` when it is not taken in time."""
    left = memoryview(content)
    while left:
        _r, ready, _x = select.select([], [pipe], [], max(0.0, until_s - time.monotonic()))
        if not ready:
            raise NoAnswerError("not taken")
        left = left[os.write(pipe, left[:_CHUNK]) :]


def _received(pipe: int, length: int, until_s: float) -> bytes:
    """So many bytes. Raises ``NoAnswerError`` when they do not come in time or at all."""
    parts = bytearray()
    while len(parts) < length:
        ready, _w, _x = select.select([pipe], [], [], max(0.0, until_s - time.monotonic()))
        part = os.read(pipe, min(_CHUNK, length - len(parts))) if ready else b""
        if not part:
            raise NoAnswerError("no answer")
        parts += part
    return bytes(parts)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):  # what could not be written any more
                pipe.close()
    process.wait()
