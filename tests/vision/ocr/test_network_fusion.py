"""A network of fewer operations gives the same answer; what cannot be fused stays as it is."""

from collections import Counter

import numpy as np
import pytest
from numpy.typing import NDArray

from opsec.formats.protobuf_wire import iter_fields_strict
from opsec.vision.ocr.network_fusion import fuse_operations
from opsec.vision.ocr.onnx_session import load_session
from tests.fixtures.onnx_files import FLOAT, model, node

RANDOM = np.random.default_rng(5)
KERNELS = RANDOM.normal(0, 0.5, (4, 3, 3, 3)).astype(np.float32)
NEXT = RANDOM.normal(0, 0.5, (2, 4, 3, 3)).astype(np.float32)
IMAGE = RANDOM.normal(0, 2, (1, 3, 8, 9)).astype(np.float32)


def single(value: float) -> NDArray[np.float32]:
    return np.array([value], np.float32)


CONSTANTS = {
    "kernels": KERNELS, "next": NEXT, "summands": RANDOM.normal(0, 1, 4).astype(np.float32),
    "factor": single(0.7), "offset": single(-0.4), "three": single(3), "zero": single(0)[0], "six": single(6)[0],
    "sixth": single(6), "seven": single(7)[0], "factor2": single(1.3), "offset2": single(0.25),
}  # fmt: skip
HARD_SWISH = (
    node("Add", ["b", "three"], ["c"]), node("Clip", ["c", "zero", "six"], ["d"]),
    node("Mul", ["b", "d"], ["e"]), node("Div", ["e", "sixth"], ["f"]),
)  # fmt: skip


def network(pads: int, *, clip_to: str = "six") -> bytes:
    """A block of the text detector: convolution, affine, hard swish, affine, convolution."""
    edges = [pads] * 4
    nodes = [
        node("Conv", ["image", "kernels", "summands"], ["x"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        node("Mul", ["factor", "x"], ["a"]),
        node("Add", ["a", "offset"], ["b"]),
        HARD_SWISH[0],
        node("Clip", ["c", "zero", clip_to], ["d"]),
        *HARD_SWISH[2:],
        node("Mul", ["factor2", "f"], ["g"]),
        node("Add", ["g", "offset2"], ["h"]),
        node("Conv", ["h", "next"], ["answer"], kernel_shape=[3, 3], pads=edges),
    ]
    return model(nodes, CONSTANTS, [("image", FLOAT, (1, 3, "h", "w"))], [("answer", FLOAT, (1, 2, "oh", "ow"))])


def operators(content: bytes) -> Counter[str]:
    graph = next(one.value for one in iter_fields_strict(content) if one.number == 7)
    assert isinstance(graph, bytes)
    nodes = [one.value for one in iter_fields_strict(graph) if one.number == 1]
    kinds = [
        part.value for one in nodes if isinstance(one, bytes) for part in iter_fields_strict(one) if part.number == 4
    ]
    return Counter(one.decode() for one in kinds if isinstance(one, bytes))


def answer(content: bytes) -> NDArray[np.float32]:
    return np.asarray(load_session(content).run(None, {"image": IMAGE})[0], np.float32)


def test_a_block_without_padding_becomes_three_operations() -> None:
    fused = fuse_operations(network(pads=0))
    assert operators(fused) == {"Conv": 2, "HardSwish": 1}
    assert answer(fused) == pytest.approx(answer(network(pads=0)), abs=1e-4)


def test_a_summand_before_a_padded_convolution_stays() -> None:
    """Zeros beside the image are zeros after the summand, not before it."""
    fused = fuse_operations(network(pads=1))
    assert operators(fused) == {"Conv": 2, "HardSwish": 1, "Add": 1}
    assert answer(fused) == pytest.approx(answer(network(pads=1)), abs=1e-4)


def test_another_clip_is_no_hard_swish() -> None:
    fused = fuse_operations(network(pads=0, clip_to="seven"))
    assert "HardSwish" not in operators(fused)
    assert answer(fused) == pytest.approx(answer(network(pads=0, clip_to="seven")), abs=1e-4)


def test_a_result_that_is_used_twice_is_kept() -> None:
    nodes = [
        node("Conv", ["image", "kernels"], ["x"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        node("Mul", ["x", "factor"], ["y"]),
        node("Add", ["x", "y"], ["answer"]),
    ]
    whole = model(nodes, CONSTANTS, [("image", FLOAT, (1, 3, 8, 9))], [("answer", FLOAT, (1, 4, 8, 9))])
    fused = fuse_operations(whole)
    assert operators(fused) == {"Conv": 1, "Mul": 1, "Add": 1}
    assert answer(fused) == pytest.approx(answer(whole), abs=1e-5)


@pytest.mark.parametrize("content", [b"", b"no model at all", b"\x3a\xff\xff\xff\xff\x0f", network(pads=0)[:-40]])
def test_other_bytes_are_an_error(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"graph|field|varint|operation"):
        fuse_operations(content)
