"""What a file says it takes and gives; whatever is no ONNX file is refused, and nothing falls."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.vision.features.onnx_header import header
from tests.fixtures.onnx_files import FLOAT, model, node
from tests.matching.landmarks.small_models import finder, lightglue


def test_a_finder_tells_its_size_and_its_outputs() -> None:
    head = header(finder("aliked", 320))
    assert head.takes == {"image": (1, 3, 320, 320)}
    assert head.gives == {"keypoints", "scores", "descriptors"}


def test_a_dimension_of_any_length_is_told_as_none() -> None:
    assert header(lightglue(64)).takes["desc1"] == (1, 0, 64)


def test_constants_that_old_files_list_among_the_inputs_are_none() -> None:
    add = node("Add", ["image", "more"], ["sum"])
    file = model(
        [add], {"more": np.ones(1, np.float32)}, [("image", FLOAT, [1]), ("more", FLOAT, [1])], [("sum", FLOAT, [1])]
    )
    assert set(header(file).takes) == {"image"}


@pytest.mark.parametrize("content", [b"", b"\0", b"\xff" * 40, b"no model", finder("disk", 64, 9)[:-1]])
def test_what_is_no_onnx_file_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):
        header(content)


@given(st.binary(max_size=200), st.integers(0, 900), st.integers(0, 255))
def test_damage_is_refused_or_read_and_nothing_else_happens(junk: bytes, at: int, byte: int) -> None:
    whole = bytearray(lightglue())
    whole[at % len(whole)] = byte
    for content in (junk, bytes(whole)):
        try:
            header(content)
        except ValueError:
            continue
