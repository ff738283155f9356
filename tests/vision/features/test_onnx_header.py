"""Declared inputs and outputs of ONNX files; whatever is not an ONNX file is refused with ``ValueError``."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.vision.features.onnx_header import read_onnx_header
from tests.fixtures.onnx_files import FLOAT, model, node
from tests.matching.landmarks.small_models import finder, lightglue


def test_an_extractor_declares_its_input_size_and_its_outputs() -> None:
    header = read_onnx_header(finder("aliked", 320))
    assert header.inputs == {"image": (1, 3, 320, 320)}
    assert header.outputs == {"keypoints", "scores", "descriptors"}


def test_a_dimension_of_any_length_is_zero() -> None:
    assert read_onnx_header(lightglue(64)).inputs["desc1"] == (1, 0, 64)


def test_constants_that_old_files_list_among_the_inputs_are_left_out() -> None:
    add = node("Add", ["image", "more"], ["sum"])
    file = model(
        [add], {"more": np.ones(1, np.float32)}, [("image", FLOAT, [1]), ("more", FLOAT, [1])], [("sum", FLOAT, [1])]
    )
    assert set(read_onnx_header(file).inputs) == {"image"}


@pytest.mark.parametrize("content", [b"", b"\0", b"\xff" * 40, b"no model", finder("disk", 64, 9)[:-1]])
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError):
        read_onnx_header(content)


@given(st.binary(max_size=200), st.integers(0, 900), st.integers(0, 255))
def test_damaged_files_are_read_or_refused(junk: bytes, at: int, byte: int) -> None:
    whole = bytearray(lightglue())
    whole[at % len(whole)] = byte
    for content in (junk, bytes(whole)):
        try:
            read_onnx_header(content)
        except ValueError:
            continue
