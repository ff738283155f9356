"""Weights are read without running what the file names; anything but a dictionary of tensors is refused."""

import os
import pickle
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.landmark_models import torch_weights
from opsec.landmark_models.torch_weights import InvalidWeightsError, read_weights
from tests.landmark_models.made_weights import Array, torch_file

TENSORS: dict[str, Array] = {
    "block.weight": np.arange(24, dtype=np.float32).reshape(2, 3, 4),
    "count": np.array([3], np.int64),
    "bias": np.array([], np.float32),
}


def test_tensors_are_read_as_they_were_written() -> None:
    found = read_weights(torch_file(TENSORS))
    assert found.keys() == TENSORS.keys()
    for name, values in TENSORS.items():
        np.testing.assert_array_equal(found[name], values)
        assert found[name].dtype == values.dtype


class _Runs:
    """Creates a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.path),)


def test_code_that_a_file_names_does_not_run(tmp_path: Path) -> None:
    file = torch_file(TENSORS, extra=_Runs(tmp_path / "ran"))
    with pytest.raises(InvalidWeightsError):
        read_weights(file)
    assert not (tmp_path / "ran").exists()


def _archive(data: bytes, name: str = "archive/data.pkl") -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, data)
    return out.getvalue()


WHOLE = torch_file(TENSORS)
REFUSED = {
    "empty": b"",
    "text": b"no weights\n" * 50,
    "cut": WHOLE[: len(WHOLE) // 2],
    "no dictionary": _archive(pickle.dumps([1, 2], 2)),
    "number": torch_file({}, extra=3),
    "other member": _archive(b"", "readme"),
    "cut pickle": _archive(pickle.dumps({"a": 1}, 2)[:-3]),
    "other stride": torch_file({"a": np.ones((2, 3), np.float32)}, stride=(1, 2)),
    "missing storage": _archive(zipfile.ZipFile(BytesIO(WHOLE)).read("archive/data.pkl")),
}


@pytest.mark.parametrize("name", REFUSED)
def test_other_files_are_refused(name: str) -> None:
    with pytest.raises(InvalidWeightsError):
        read_weights(REFUSED[name])


def test_a_file_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch_weights, "MAX_UNPACKED_BYTES", 100)
    with pytest.raises(InvalidWeightsError):
        read_weights(WHOLE)


@given(st.binary(max_size=200) | st.binary(max_size=120).map(_archive))
def test_no_bytes_cause_another_exception(data: bytes) -> None:
    with pytest.raises(InvalidWeightsError):
        read_weights(data)
