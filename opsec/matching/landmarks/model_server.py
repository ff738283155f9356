"""Child process that runs a model of the officer's own: OpenCV 5.0 ends its process on some of them.

Its argument is the method, for which it loads what it needs before it is locked. The first message on standard input
contains the method and the bytes of the model; then each message is a request and gets one reply. The process opens no
file, and ends when its input does. Messages are arrays by name (``numpy.savez``), each after its length in eight bytes.
"""

import io
import struct
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from opsec.matching.landmarks.lighterglue import LighterGlue, load_runtime
from opsec.matching.landmarks.lightglue import LightGlue
from opsec.runtime.process_lock.lock import REQUIRED_PARTS, LockRules, lock_process
from opsec.vision.features.local_features import LocalFeatures
from opsec.vision.features.model_folder import MATCHER
from opsec.vision.features.onnx_extractor import ModelFile, OnnxExtractor
from opsec.vision.features.xfeat_extractor import DESCRIPTOR_SIZE, XFeatExtractor
from opsec.vision.features.xfeat_extractor import METHOD as XFEAT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[Any]]
    Model = LightGlue | LighterGlue | OnnxExtractor | XFeatExtractor

LENGTH = struct.Struct("<Q")
_NOT_LOCKED = 78
"""Exit status of a process that could not lock itself."""
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
    if sys.argv[1:] == [MATCHER]:
        load_runtime()
    _harden_process()
    first = _read_message(sys.stdin.buffer)
    method = str(first["method"]) if first else ""
    model = _load(ModelFile(method, Path(method), first["model"].tobytes() if first else b""))
    _write_message({"loaded": model is not None, "descriptor_size": getattr(model, "descriptor_size", 0)})
    while model is not None and (request := _read_message(sys.stdin.buffer)) is not None:
        try:
            started_s = time.process_time()
            reply = _handle(model, request)
            _write_message(reply | {"cpu_s": time.process_time() - started_s})
        except (cv2.error, ValueError):
            _write_message({"failed": True})


def _load(file: ModelFile) -> "Model | None":
    """Load a model; None when it is not one of its method."""
    if file.method == XFEAT:
        return XFeatExtractor.load(file.content, XFEAT)
    if file.method == MATCHER:
        return LighterGlue.load(file.content, DESCRIPTOR_SIZE)
    return LightGlue.load(file) if file.method == "lightglue" else OnnxExtractor.load(file)


def _harden_process() -> None:
    """Lock this process before it sees a model: it opens nothing, reaches no network, and leaves no core dump.

    On Linux it does not run unlocked; other systems have no such lock.
    """
    decode_message(encode_message({"loads": "what NumPy needs for messages"})[LENGTH.size :])
    missing = lock_process(LockRules())
    if sys.platform == "linux" and missing & REQUIRED_PARTS:
        sys.exit(_NOT_LOCKED)


def _handle(model: "Model", request: "Arrays") -> "dict[str, Any]":
    if isinstance(model, LighterGlue):
        images = [decode_features(request, one, _UNNAMED) for one in ("first", "second")]
        return model.match(*images)._asdict()
    if not isinstance(model, LightGlue):
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
