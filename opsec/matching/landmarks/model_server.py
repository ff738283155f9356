"""Child process that runs a model of the officer's own: OpenCV 5.0 ends its process on some of them.

The first message on standard input contains the method and the bytes of the model; then each message is a request and
gets one reply. The process opens no file, and ends when its input does. Messages are arrays by name (``numpy.savez``),
each after its length in eight bytes.
"""

import ctypes
import io
import signal
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from opsec.matching.landmarks.lightglue import LightGlue
from opsec.vision.features.local_features import LocalFeatures
from opsec.vision.features.onnx_extractor import ModelFile, OnnxExtractor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[Any]]

LENGTH = struct.Struct("<Q")
_PR_SET_PDEATHSIG = 1  # prctl(2)
_UNNAMED = "learned"
"""Extractor of the features in a request: the process need not know which, only that it is not SIFT."""


def encode_message(arrays: "dict[str, Any]") -> bytes:
    """Encode named arrays as a message, its length included."""
    import numpy as np

    out = io.BytesIO()
    named: dict[str, Any] = {name: np.asarray(one) for name, one in arrays.items()}
    np.savez(out, allow_pickle=False, **named)
    return LENGTH.pack(len(out.getvalue())) + out.getvalue()


def decode_message(body: bytes) -> "Arrays":
    """Decode the arrays of a message, without its length."""
    import numpy as np

    with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def encode_features(features: LocalFeatures, prefix: str) -> "dict[str, Any]":
    """Encode features as arrays of a message whose names begin with a prefix."""
    return {
        f"{prefix}_px": [features.width_px, features.height_px],
        f"{prefix}_keypoints": features.keypoints,
        f"{prefix}_descriptors": features.descriptors,
    }


def decode_features(arrays: "Arrays", prefix: str, extractor: str) -> LocalFeatures:
    """Decode what ``encode_features`` encoded; ``extractor``: name of the extractor that found them."""
    width_px, height_px = (int(one) for one in arrays[f"{prefix}_px"])
    keypoints, descriptors = arrays[f"{prefix}_keypoints"], arrays[f"{prefix}_descriptors"]
    return LocalFeatures(width_px, height_px, keypoints, descriptors, extractor)


def main() -> None:
    """Load the model of the first message, report whether it is valid, and answer the requests that follow."""
    import cv2

    cv2.setNumThreads(1)
    _harden_process()
    first = _read_message(sys.stdin.buffer)
    method = str(first["method"]) if first else ""
    file = ModelFile(method, Path(method), first["model"].tobytes() if first else b"")
    model = LightGlue.load(file) if method == "lightglue" else OnnxExtractor.load(file)
    descriptor_size = model.descriptor_size if isinstance(model, OnnxExtractor) else 0
    _write_message({"loaded": model is not None, "descriptor_size": descriptor_size})
    while model is not None and (request := _read_message(sys.stdin.buffer)) is not None:
        try:
            _write_message(_handle(model, request))
        except (cv2.error, ValueError):
            _write_message({"failed": True})


def _harden_process() -> None:
    """Leave nothing of our photos behind when a model ends the process: no core dump, no process without a parent."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _handle(model: LightGlue | OnnxExtractor, request: "Arrays") -> "dict[str, Any]":
    if isinstance(model, OnnxExtractor):
        return encode_features(model.extract(request["gray"], max_features=int(request["max_features"])), "found")
    frame, photo = decode_features(request, "frame", _UNNAMED), decode_features(request, "photo", _UNNAMED)
    n_original, mirrored = int(request["n_original"]), bool(request["mirrored"])
    return {"pairs": model(frame, photo, n_original=n_original, mirrored=mirrored).pairs}


def _read_message(stream: BinaryIO) -> "Arrays | None":
    length = stream.read(LENGTH.size)
    return decode_message(stream.read(*LENGTH.unpack(length))) if len(length) == LENGTH.size else None


def _write_message(arrays: "dict[str, Any]") -> None:
    sys.stdout.buffer.write(encode_message(arrays))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
