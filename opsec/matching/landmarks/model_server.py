"""The process in which the officer's models run beside this one: OpenCV 5.0 ends its process over some of them.

It is told on standard input which model it is to run (its bytes come with the first message) and then answers one
message after the other. It opens no file, and ends when its input does. Messages are arrays by name
(``numpy.savez``), each after its length in eight bytes.
"""

import ctypes
import io
import signal
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from opsec.matching.landmarks.lightglue import LightGlue
from opsec.vision.features.local_features import Extracted
from opsec.vision.features.onnx_extractor import Learned, ModelFile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[Any]]

LENGTH = struct.Struct("<Q")
_PR_SET_PDEATHSIG = 1  # prctl(2)


def framed(arrays: "dict[str, Any]") -> bytes:
    """A message."""
    import numpy as np

    out = io.BytesIO()
    named: dict[str, Any] = {name: np.asarray(one) for name, one in arrays.items()}
    np.savez(out, allow_pickle=False, **named)
    return LENGTH.pack(len(out.getvalue())) + out.getvalue()


def unframed(body: bytes) -> "Arrays":
    """The arrays of a message without its length."""
    import numpy as np

    with np.load(io.BytesIO(body), allow_pickle=False) as kept:
        return {name: kept[name] for name in kept.files}


def told(features: Extracted, name: str) -> "dict[str, Any]":
    """Features as arrays of a message, their names beginning with this one."""
    return {
        f"{name}_px": [features.width_px, features.height_px],
        f"{name}_keypoints": features.keypoints,
        f"{name}_descriptors": features.descriptors,
    }


def heard(arrays: "Arrays", name: str, maker: str) -> Extracted:
    """Features out of a message."""
    width_px, height_px = (int(one) for one in arrays[f"{name}_px"])
    return Extracted(width_px, height_px, arrays[f"{name}_keypoints"], arrays[f"{name}_descriptors"], maker)


def main() -> None:
    """Load the model of the first message and answer; a model that is none is said so."""
    import cv2

    cv2.setNumThreads(1)
    _keep_to_itself()
    first = _next(sys.stdin.buffer)
    method = str(first["method"]) if first else ""
    file = ModelFile(method, Path(method), first["model"].tobytes() if first else b"")
    model = LightGlue.load(file) if method == "lightglue" else Learned.load(file)
    components = model.components if isinstance(model, Learned) else 0
    _tell({"loaded": model is not None, "components": components})
    while model is not None and (asked := _next(sys.stdin.buffer)) is not None:
        try:
            _tell(_answer(model, asked))
        except (cv2.error, ValueError):
            _tell({"failed": True})


def _keep_to_itself() -> None:
    """Nothing of our photos stays behind when a model ends the process: no core dump, no process without a parent."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _answer(model: LightGlue | Learned, asked: "Arrays") -> "dict[str, Any]":
    if isinstance(model, Learned):
        return told(model.find(asked["grey"], most=int(asked["most"])), "found")
    frame, photo = heard(asked, "frame", "asked"), heard(asked, "photo", "asked")
    return {"pairs": model(frame, photo, own=int(asked["own"]), flipped=bool(asked["flipped"])).pairs}


def _next(stream: BinaryIO) -> "Arrays | None":
    length = stream.read(LENGTH.size)
    return unframed(stream.read(*LENGTH.unpack(length))) if len(length) == LENGTH.size else None


def _tell(arrays: "dict[str, Any]") -> None:
    sys.stdout.buffer.write(framed(arrays))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
