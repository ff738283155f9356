"""Line recogniser: a small convolutional CTC network for Arabic, Sorani and Latin letters and both kinds of digits.

No engine that can be installed reads the digits of Arabic boards, and unit numbers are what a gate board says. The
network (``opsec/assets/ocr/line_recogniser.onnx``, made by ``opsec.devtools.ocr_training``) was trained on synthetic
lines and runs in onnxruntime. It takes gray lines of either polarity, so nobody has to decide which shade is ink.
"""

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from opsec.i18n.reasons import make_reason
from opsec.model import Reason
from opsec.vision.ocr.charset import ALPHABET, logical_order
from opsec.vision.ocr.ctc_beam_search import beam_search
from opsec.vision.ocr.onnx_session import load_session

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession  # type: ignore[import-untyped,unused-ignore]

    from opsec.vision.arrays import GrayImage

HEIGHT_PX = 40
"""Height of the network's input."""
MAX_WIDTH_PX = 960
"""A longer line is squeezed to this width: about 24 times as wide as high, some fifty letters."""
COLUMN_STRIDE_PX = 4
"""Input pixels for each column of the network's output."""
STEPS_PER_COLUMN = 2
"""CTC steps for each column of the network's output."""
_MIN_CROP_PX = 4
_MIN_WIDTH_PX = 16
_WIDTH_STEP_PX = 64
"""Input widths are multiples of this, as they were when the confidences were measured."""
MIN_STD = 3.0
"""Gray levels; a line with a smaller standard deviation has no letters and is not amplified."""
_WEIGHTS = "line_recogniser.onnx"


@dataclass(frozen=True, slots=True)
class DecodedLine:
    """Text of one line as the network reads it."""

    text: str
    """In logical order; empty if the network sees no letter."""
    confidences: tuple[float, ...]
    """For each character of ``text`` the network's probability, 0 to 1."""

    @property
    def confidence(self) -> float:
        """Geometric mean of the confidences of all characters, 0 to 1; 0 for an empty text."""
        import numpy as np

        return float(np.exp(np.mean(np.log(self.confidences)))) if self.confidences else 0.0


class LineRecogniser:
    """The network, loaded once. The same crop gives the same text, whatever was recognised before."""

    def __init__(self, session: "InferenceSession") -> None:
        self._session, self._input = session, session.get_inputs()[0].name

    @classmethod
    def load(cls, weights: bytes | None = None) -> "LineRecogniser | Reason":
        """Load the network of this package, or the ONNX file given as bytes; return a reason if it is damaged."""
        import numpy as np

        try:
            content = files("opsec.assets").joinpath("ocr", _WEIGHTS).read_bytes() if weights is None else weights
            recogniser = cls(load_session(content))
            shape = recogniser._class_probabilities(np.zeros((HEIGHT_PX, _WIDTH_STEP_PX), np.float32)).shape
        except Exception as fault:  # noqa: BLE001 - onnxruntime raises classes of its own, without a common one
            return make_reason("reader_fault", part=_WEIGHTS, detail=type(fault).__name__)
        if shape != (STEPS_PER_COLUMN * _WIDTH_STEP_PX // COLUMN_STRIDE_PX, len(ALPHABET) + 1):
            return make_reason("reader_fault", part=_WEIGHTS, detail=str(shape))
        return recogniser

    def recognise(self, crop: "GrayImage") -> DecodedLine:
        """Recognise the text of a gray crop (height, width) of one line; empty below four pixels on a side."""
        if min(crop.shape) < _MIN_CROP_PX:
            return DecodedLine("", ())
        return decode(self._class_probabilities(preprocess(crop)))

    def _class_probabilities(self, line: "NDArray[np.float32]") -> "NDArray[np.float32]":
        """Run the network on a preprocessed line (40, width); return probabilities, shape (steps, classes)."""
        import numpy as np

        width = -(-line.shape[1] // _WIDTH_STEP_PX) * _WIDTH_STEP_PX
        padded = np.zeros((1, 1, HEIGHT_PX, width), np.float32)
        padded[0, 0, :, : line.shape[1]] = line
        columns = np.asarray(self._session.run(None, {self._input: padded})[0], np.float32)[0]
        n_classes, n_columns = columns.shape[0] // STEPS_PER_COLUMN, columns.shape[1]
        steps = columns.reshape(STEPS_PER_COLUMN, n_classes, n_columns).transpose(2, 0, 1)
        return _softmax(steps.reshape(STEPS_PER_COLUMN * n_columns, n_classes))


def resize_to_height(crop: "GrayImage") -> "GrayImage":
    """Resize a gray crop (height, width) to (40, width) in proportion, the width within the network's bounds."""
    import cv2
    import numpy as np

    height, width = crop.shape
    new_width = min(max(round(width * HEIGHT_PX / height), _MIN_WIDTH_PX), MAX_WIDTH_PX)
    interpolation = cv2.INTER_AREA if height > HEIGHT_PX else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(crop, (new_width, HEIGHT_PX), interpolation=interpolation), np.uint8)


def preprocess(crop: "GrayImage") -> "NDArray[np.float32]":
    """Resize and standardise a gray crop: shape (40, width), mean 0, standard deviation 1."""
    import numpy as np

    line = resize_to_height(crop).astype(np.float32)
    return np.asarray((line - line.mean()) / max(float(line.std()), MIN_STD), np.float32)


def decode(probabilities: "NDArray[np.float32]") -> DecodedLine:
    """Decode class probabilities, shape (steps, classes), to text in logical order, without spaces at its ends."""
    labels = [(ALPHABET[kind - 1], probability) for kind, probability in beam_search(probabilities)]
    ordered = logical_order("".join(char for char, _ in labels))
    while ordered and ordered[0][1] == " ":
        ordered.pop(0)
    while ordered and ordered[-1][1] == " ":
        ordered.pop()
    return DecodedLine("".join(char for _, char in ordered), tuple(min(labels[at][1], 1.0) for at, _ in ordered))


def _softmax(logits: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Softmax over the last axis of logits (steps, classes)."""
    import numpy as np

    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)
