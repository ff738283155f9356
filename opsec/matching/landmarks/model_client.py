"""Parent side of the process that runs a model of the officer's own.

Requests are small (an image of ours, or features), and so are the replies. When the process dies or hangs on a request,
the request fails, and the next one starts the process anew.
"""

import os
import select
import subprocess
import sys
import time
import weakref
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsec.matching.landmarks.lighterglue import Matches
from opsec.matching.landmarks.model_server import (
    LENGTH,
    decode_features,
    decode_message,
    encode_features,
    encode_message,
)
from opsec.matching.landmarks.putative_matches import Correspondences
from opsec.vision.features.local_features import MAX_FEATURES, LocalFeatures
from opsec.vision.features.model_folder import MATCHER
from opsec.vision.features.onnx_extractor import ModelFile
from opsec.vision.features.xfeat_extractor import METHOD as XFEAT

if TYPE_CHECKING:
    from opsec.matching.landmarks.model_server import Arrays
    from opsec.vision.arrays import GrayImage, Mask

COMMAND = (sys.executable, "-s", "-P", "-m", "opsec.matching.landmarks.model_server")
MAX_WAIT_S = 120.0
"""For one request and its reply; an image takes a second or two."""
MAX_MATCHING_WAIT_S = 30.0
"""For one pair of images, which takes a second or two. After the first pair that the model does not answer, no further
pair of that clip is asked; the next clip starts the process again, which may take up to ``MAX_WAIT_S``."""
MAX_LEARNED_BYTES = 1 << 30
"""Memory of a process that runs XFeat or LighterGlue, which need a fifth of it."""
_MAX_REPLY_BYTES = 1 << 26
_CHUNK_BYTES = 1 << 16
_ENVIRONMENT = {
    "PATH": os.defpath,
    "HOME": "/",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ORT_DISABLE_TELEMETRY": "1",
}
_INVALID_REPLY = (EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile)
"""What decoding raises for bytes that are not a message, or a message without the arrays that were asked for."""
_INHERITED_VARIABLES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class ModelProcessError(Exception):
    """The process died, hung, or reported a failure."""


class ModelProcess:
    """The process of one model, started with the first request."""

    def __init__(self, file: ModelFile) -> None:
        self._file = file
        self._process: subprocess.Popen[bytes] | None = None
        self.descriptor_size = 0
        """Components of a descriptor; 0 until the process was started, and for a model that gives none."""

    @property
    def name(self) -> str:
        """Identifier of the model, which changes with its file."""
        return self._file.name

    @property
    def path(self) -> Path:
        """Where the model's file is."""
        return self._file.path

    def start(self, wait_s: float | None = None) -> None:
        """Start the process and load the model.

        Parameters
        ----------
        wait_s
            Longest time to wait; None: ``MAX_WAIT_S``.

        Raises
        ------
        ModelProcessError
            The file is not a model of its method, or the process does not reply as it should.
        """
        import numpy as np

        inherited = {name: os.environ[name] for name in _INHERITED_VARIABLES if name in os.environ}
        self._process = subprocess.Popen(
            (*COMMAND, self._file.method),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT | inherited,
            cwd="/",
            start_new_session=True,
        )
        weakref.finalize(self, _kill, self._process)
        if self._file.method in (XFEAT, MATCHER):
            _limit_memory(self._process.pid, MAX_LEARNED_BYTES)
        if self._process.stdin is not None:
            os.set_blocking(self._process.stdin.fileno(), False)
        first = {"method": self._file.method, "model": np.frombuffer(self._file.content, np.uint8)}
        reply = self._exchange(first, wait_s)
        with _valid_reply(self):
            loaded, self.descriptor_size = bool(reply["loaded"]), int(reply["descriptor_size"])
        if not loaded:
            self.close()
            raise ModelProcessError(self._file.method)

    def request(self, arrays: "dict[str, Any]", wait_s: float | None = None) -> "Arrays":
        """Send a request and return the reply.

        Parameters
        ----------
        arrays
            The request.
        wait_s
            Longest time to wait; None: ``MAX_WAIT_S``.

        Raises
        ------
        ModelProcessError
            The process does not reply in time, or reports a failure.
        """
        if self._process is None:
            self.start()
        reply = self._exchange(arrays, wait_s)
        if "failed" in reply:
            raise ModelProcessError(self._file.method)
        return reply

    def close(self) -> None:
        """End the process; a later request starts it anew."""
        if self._process is not None:
            _kill(self._process)
            self._process = None

    def _exchange(self, arrays: "dict[str, Any]", wait_s: float | None = None) -> "Arrays":
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        until_s = time.monotonic() + (MAX_WAIT_S if wait_s is None else wait_s)
        try:
            _write_all(process.stdin.fileno(), encode_message(arrays), until_s)
            (length,) = LENGTH.unpack(_read_exactly(process.stdout.fileno(), LENGTH.size, until_s))
            if length > _MAX_REPLY_BYTES:
                raise ModelProcessError("length")
            return decode_message(_read_exactly(process.stdout.fileno(), length, until_s))
        except (*_INVALID_REPLY, OSError, ModelProcessError) as fault:
            self.close()
            raise ModelProcessError(type(fault).__name__) from fault


@contextmanager
def _valid_reply(process: ModelProcess) -> Iterator[None]:
    """End the process and raise ``ModelProcessError`` where its reply lacks the expected arrays."""
    try:
        yield
    except _INVALID_REPLY as fault:
        process.close()
        raise ModelProcessError(type(fault).__name__) from fault


class ExtractorProcess:
    """A ``FeatureExtractor`` in a process of its own, for our own photos only."""

    def __init__(self, process: ModelProcess, max_wait_s: float | None = None) -> None:
        """Wrap a process; ``max_wait_s``: longest time for one image, None: ``MAX_WAIT_S``."""
        self._process, self.max_wait_s = process, max_wait_s
        self.cpu_s = 0.0
        """Processor time that the last image took."""

    @property
    def name(self) -> str:
        """Identifier of the model, which changes with its file."""
        return self._process.name

    @property
    def path(self) -> Path:
        """Where the model's file is."""
        return self._process.path

    def start(self) -> None:
        """Load the model. Raises ``ModelProcessError``."""
        self._process.start(self.max_wait_s)

    def extract(self, gray: "GrayImage", mask: "Mask | None" = None, max_features: int = MAX_FEATURES) -> LocalFeatures:
        """Extract as ``FeatureExtractor.extract`` describes. Raises ``ModelProcessError``."""
        assert mask is None, "our own photos are not masked"
        reply = self._process.request({"gray": gray, "max_features": max_features}, self.max_wait_s)
        with _valid_reply(self._process):
            self.cpu_s = float(reply["cpu_s"])
            return decode_features(reply, "found", self.name)


class MatcherProcess:
    """A ``FeatureMatcher`` in a process of its own. It does not remember failures: each clip asks it anew."""

    def __init__(self, process: ModelProcess) -> None:
        self._process = process

    @property
    def name(self) -> str:
        """Identifier of the model, which changes with its file."""
        return self._process.name

    def __call__(
        self, frame: LocalFeatures, photo: LocalFeatures, /, *, n_original: int, mirrored: bool
    ) -> Correspondences:
        """Match as ``FeatureMatcher`` describes. Raises ``ModelProcessError``."""
        import numpy as np

        request = {
            **encode_features(frame, "frame"),
            **encode_features(photo.select(slice(0, n_original)), "photo"),
            "n_original": n_original,
            "mirrored": mirrored,
        }
        reply = self._process.request(request, MAX_MATCHING_WAIT_S)
        with _valid_reply(self._process):
            pairs = np.asarray(reply["pairs"], np.intp).reshape(-1, 2)
        return Correspondences(pairs, len(pairs))


class LearnedMatcherProcess:
    """LighterGlue in a process of its own. As ``MatcherProcess``, it does not remember failures."""

    def __init__(self, process: ModelProcess, max_wait_s: float) -> None:
        """Wrap a process; ``max_wait_s``: longest time for one pair of images."""
        self._process, self.max_wait_s = process, max_wait_s
        self.cpu_s = 0.0
        """Processor time that the last pair took."""

    @property
    def name(self) -> str:
        """Identifier of the model, which changes with its file."""
        return self._process.name

    @property
    def path(self) -> Path:
        """Where the model's file is."""
        return self._process.path

    def match(self, first: LocalFeatures, second: LocalFeatures) -> Matches:
        """Match as ``LighterGlue.match`` does. Raises ``ModelProcessError``."""
        import numpy as np

        request = {**encode_features(first, "first"), **encode_features(second, "second")}
        reply = self._process.request(request, self.max_wait_s)
        with _valid_reply(self._process):
            self.cpu_s = float(reply["cpu_s"])
            pairs, scores = np.asarray(reply["pairs"], np.intp).reshape(-1, 2), np.asarray(reply["scores"], np.float32)
            if len(pairs) != len(scores) or not ((pairs >= 0) & (pairs < [len(first), len(second)])).all():
                raise ValueError("pairs")
        return Matches(pairs, scores)


def _limit_memory(pid: int, most_bytes: int) -> None:
    """Limit the memory of a process before it is sent a model, on systems that can limit that of another one."""
    import resource

    if hasattr(resource, "prlimit"):
        with suppress(ProcessLookupError):  # it ended already, which its pipe tells
            resource.prlimit(pid, resource.RLIMIT_DATA, (most_bytes, most_bytes))


def _write_all(pipe: int, content: bytes, until_s: float) -> None:
    """Write everything to a pipe that does not block. Raises ``ModelProcessError`` when it is not read in time."""
    left = memoryview(content)
    while left:
        _r, ready, _x = select.select([], [pipe], [], max(0.0, until_s - time.monotonic()))
        if not ready:
            raise ModelProcessError("not read")
        left = left[os.write(pipe, left[:_CHUNK_BYTES]) :]


def _read_exactly(pipe: int, length: int, until_s: float) -> bytes:
    """Read ``length`` bytes. Raises ``ModelProcessError`` when they do not come in time or at all."""
    parts = bytearray()
    while len(parts) < length:
        ready, _w, _x = select.select([pipe], [], [], max(0.0, until_s - time.monotonic()))
        part = os.read(pipe, min(_CHUNK_BYTES, length - len(parts))) if ready else b""
        if not part:
            raise ModelProcessError("no reply")
        parts += part
    return bytes(parts)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):  # buffered bytes that cannot be written any more
                pipe.close()
    process.wait()
