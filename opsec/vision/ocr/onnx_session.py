"""Loading of a network into onnxruntime: on one thread, with no memory kept between frames."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped,unused-ignore]


class ModelError(Exception):
    """The model file cannot be loaded."""


def load_session(content: bytes) -> "InferenceSession":
    """Load an ONNX file.

    Raises
    ------
    ModelError
        The bytes are not an ONNX model that onnxruntime can run.
    """
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # before the import: it looks up a host of its maker otherwise
    import onnxruntime  # type: ignore[import-untyped,unused-ignore]

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # none is started, which a locked process may not
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False  # it would keep the memory of every frame size
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as fault:  # its exceptions have no common class but this one
        raise ModelError(type(fault).__name__) from fault
