"""Small networks with the inputs and outputs of XFeat and LighterGlue that really detect and match; folders of them.

Nothing in them is learned: keypoints are where a difference of Gaussians is large, descriptors the low frequencies (a
cosine transform) of their surroundings; features match whose descriptors are alike, and no others nearly as much.
"""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from opsec.landmark_models.onnx_writer import encode_model, encode_node
from opsec.vision.features.model_manifest import MANIFEST, ManifestModel, encode_manifest

_CELL, _SAMPLES = 8, 8
_GAIN, _NO_KEYPOINT = 12.0, 4.5
_MATCHER_GAIN = 60.0


def network(channels: int = 64) -> bytes:
    """An ONNX file. ``channels``: of the descriptors; XFeat has 64."""
    constants: dict[str, Any] = {
        "spots": _spots(),
        "gain": np.array([_GAIN], np.float32),
        "copy": np.eye(_CELL**2, dtype=np.float32).reshape(_CELL**2, 1, _CELL, _CELL),
        "nothing": np.zeros((1, 1, _CELL, _CELL), np.float32),
        "level": np.array([_NO_KEYPOINT], np.float32),
        "one": np.array([1], np.float32),
        "waves": _waves()[:channels],
    }
    cell = {"kernel_shape": [_CELL] * 2, "strides": [_CELL] * 2}
    nodes = [
        encode_node("Conv", ["image", "spots"], "spotted", kernel_shape=[13, 13], pads=[6] * 4),
        encode_node("Abs", ["spotted"], "clear"),
        encode_node("Mul", ["clear", "gain"], "logits"),
        encode_node("Conv", ["logits", "copy"], "pixels", **cell),
        encode_node("Conv", ["image", "nothing", "level"], "none", **cell),
        encode_node("Concat", ["pixels", "none"], "keypoints", axis=1),
        encode_node("Conv", ["image", "nothing", "one"], "reliability", **cell),
        encode_node(
            "Conv", ["image", "waves"], "features",
            kernel_shape=[_SAMPLES] * 2, dilations=[4, 4], strides=[_CELL] * 2, pads=[11, 11, 10, 10],
        ),
    ]  # fmt: skip
    cells = ["rows", "columns"]
    outputs: dict[str, list[int | str]] = {
        "features": [1, channels, *cells],
        "keypoints": [1, _CELL**2 + 1, *cells],
        "reliability": [1, 1, *cells],
    }
    return encode_model(nodes, constants, {"image": [1, 1, "height", "width"]}, outputs, "tests")


def matcher(channels: int = 64, output: str = "scores") -> bytes:
    """An ONNX file. ``channels``: of the descriptors that it takes; ``output``: its name."""
    nodes = [
        encode_node("Gemm", ["descriptors0", "descriptors1"], "similarity", transB=1),
        encode_node("Mul", ["similarity", "gain"], "logits"),
        encode_node("LogSoftmax", ["logits"], "here", axis=1),
        encode_node("LogSoftmax", ["logits"], "there", axis=0),
        encode_node("Add", ["here", "there"], output),
    ]
    inputs: dict[str, list[int | str]] = {}
    for image in "01":
        inputs |= {f"positions{image}": [f"n{image}", 2], f"descriptors{image}": [f"n{image}", channels]}
    constants: dict[str, Any] = {"gain": np.array([_MATCHER_GAIN], np.float32)}
    return encode_model(nodes, constants, inputs, {output: ["n0", "n1"]}, "tests")


def write_folder(
    folder: Path, content: bytes, sha256: str | None = None, matching: bytes | None = None, *, with_matcher: bool = True
) -> Path:
    """A folder of models.

    ``content`` and ``matching`` are the files of XFeat and LighterGlue; ``sha256`` is what the manifest says of the
    first, by default the truth.
    """
    folder.mkdir(parents=True)
    listed = [_write_model(folder, "xfeat", content, sha256)]
    listed += [_write_model(folder, "lighterglue", matching or matcher())] if with_matcher else []
    (folder / MANIFEST).write_bytes(encode_manifest(tuple(listed)))
    return folder


def _write_model(folder: Path, method: str, content: bytes, sha256: str | None = None) -> ManifestModel:
    (folder / f"{method}.onnx").write_bytes(content)
    return ManifestModel(
        method=method,
        file=f"{method}.onnx",
        sha256=sha256 or hashlib.sha256(content).hexdigest(),
        input=(1, 1, "height", "width"),
        licence="CC0-1.0",
        licence_file=f"LICENSE-{method}.txt",
        source="made for tests",
        weights_sha256="0" * 64,
    )


def _spots() -> Any:
    """A difference of Gaussians, as a kernel."""
    far = np.arange(-6, 7) ** 2
    small, large = (np.exp(-(far[:, None] + far) / (2 * sigma**2)) for sigma in (1.2, 2.4))
    return (small / small.sum() - large / large.sum())[None, None].astype(np.float32)


def _waves() -> Any:
    """The cosine transform of 8 by 8 samples, low frequencies weighing more, the mean of all least."""
    number = np.arange(_SAMPLES)
    wave = np.cos(np.pi * (number[:, None] + 0.5) * number / _SAMPLES)
    both = np.einsum("yv,xu->vuyx", wave, wave)
    counts = 1 / np.sqrt(1 + number[:, None] + number)
    counts[0, 0] = 0.01
    return (both * counts[..., None, None]).reshape(_SAMPLES**2, 1, _SAMPLES, _SAMPLES).astype(np.float32)
