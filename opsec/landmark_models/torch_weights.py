"""Reader of PyTorch weights that runs no code and needs no PyTorch.

A file of ``torch.save`` is a ZIP archive: ``data.pkl`` describes a dictionary of tensors and refers to the storages
``data/0``, ``data/1``, ... by number. Unpickling can call any function that the file names. Here it can name only what
a dictionary of tensors needs, and each of those names stands for something of this module, so no import takes place
(as ``torch.load(weights_only=True)`` does).
"""

import io
import math
import pickle
import zipfile
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Weights = dict[str, NDArray[np.float32] | NDArray[np.int64]]
    """Tensors by name."""

MAX_UNPACKED_BYTES = 256 << 20
"""Most bytes of all members together; the weights that are known here have 11 MB."""
_DATA = "data.pkl"
_STORAGES = {"FloatStorage": "<f4", "LongStorage": "<i8"}
"""Storage classes of torch and what their bytes are."""
_REFUSED = (pickle.UnpicklingError, zipfile.BadZipFile, KeyError, IndexError, TypeError, AttributeError, EOFError)
"""What the reader raises for a file of another form."""


class InvalidWeightsError(ValueError):
    """The bytes are not a dictionary of tensors that PyTorch wrote."""


def read_weights(content: bytes) -> "Weights":
    """Read a dictionary of tensors.

    Parameters
    ----------
    content
        A file of ``torch.save`` (format of PyTorch 1.6 and later).

    Returns
    -------
    dict
        Arrays of 32-bit floats or 64-bit whole numbers by name.

    Raises
    ------
    InvalidWeightsError
        The file is damaged, or holds anything but a dictionary of tensors.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise InvalidWeightsError("size")
            data = next(name for name in archive.namelist() if name.rpartition("/")[2] == _DATA)
            found = _TensorUnpickler(archive, data.removesuffix(_DATA)).load()
    except (*_REFUSED, StopIteration, ValueError, OverflowError) as error:
        raise InvalidWeightsError(type(error).__name__) from error
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise InvalidWeightsError("no dictionary")
    return {name: _array_of(one) for name, one in found.items()}


def _array_of(value: object) -> Any:
    import numpy as np

    if not isinstance(value, np.ndarray):
        raise InvalidWeightsError("no tensor")
    return value


@dataclass(frozen=True, slots=True)
class _StorageType:
    """Stands for a storage class of torch."""

    dtype: str


class _TensorUnpickler(pickle.Unpickler):
    """Unpickles tensors as arrays; every other name in the file is refused."""

    def __init__(self, archive: zipfile.ZipFile, folder: str) -> None:
        super().__init__(io.BytesIO(archive.read(f"{folder}{_DATA}")))
        self._archive, self._folder = archive, folder

    def find_class(self, module: str, name: str) -> Any:
        """Return what a name stands for. Raises ``UnpicklingError`` for a name that no tensor needs."""
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuild_tensor
        if module == "torch" and name in _STORAGES:
            return _StorageType(_STORAGES[name])
        raise pickle.UnpicklingError(name)

    def persistent_load(self, pid: Any) -> "NDArray[Any]":
        """Read the storage that a tensor refers to: ``("storage", class, number, device, elements)``."""
        import numpy as np

        kind, storage, number, _device, count = pid
        if kind != "storage" or not isinstance(storage, _StorageType):
            raise pickle.UnpicklingError(str(kind))
        elements = np.frombuffer(self._archive.read(f"{self._folder}data/{number}"), storage.dtype)
        if len(elements) != count:
            raise pickle.UnpicklingError("length")
        return elements


def _rebuild_tensor(storage: "NDArray[Any]", offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_rest: Any) -> "NDArray[Any]":  # fmt: skip  # noqa: E501
    """Build the array of a tensor whose elements follow each other; others are refused."""
    count = math.prod(size)
    contiguous = tuple(math.prod(size[axis + 1 :]) for axis in range(len(size)))
    if count and any(own != step for own, step, length in zip(stride, contiguous, size, strict=True) if length > 1):
        raise pickle.UnpicklingError("stride")
    if offset < 0 or offset + count > len(storage):
        raise pickle.UnpicklingError("offset")
    return storage[offset : offset + count].reshape(size)
