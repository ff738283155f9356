"""Reads one line of text with a small network of our own: Arabic, Sorani and Latin letters and both kinds of digits.

No engine that can be installed reads the digits of Arabic boards, and unit numbers are what a gate board says. The
network (``opsec/assets/signs/line_reader.onnx``, made by ``opsec.devtools.ocr_training``)
learned from lines that we drew ourselves
and runs in OpenCV. It takes grey lines of either polarity: nobody need guess which is ink and which is board.
"""

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from opsec.i18n.messages import reason
from opsec.model import Reason
from opsec.vision.ocr.charset import ALPHABET, placed_in_reading_order
from opsec.vision.ocr.ctc_beam_search import likeliest

if TYPE_CHECKING:
    import numpy as np
    from cv2.dnn import Net
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]
    Floats = NDArray[np.float32]

VERSION = 4
"""Raised whenever the weights or their reading change."""
HEIGHT_PX = 40
"""Every line is brought to this height."""
WIDEST_PX = 960
"""A longer line is squeezed to this width: about 24 times as wide as high, some fifty letters."""
COLUMN_PX = 4
"""One column of the network's answer for so many pixels; it answers for two steps."""
_SMALLEST_PX = 4
_NARROWEST_PX = 16
_WIDTHS_PX = 64
FLAT = 3.0
"""Grey levels; a line of less spread holds no letters and is not blown up."""
_WEIGHTS = "line_reader.onnx"


@dataclass(frozen=True, slots=True)
class LineRead:
    """What the network made of one line."""

    text: str
    """In the order of reading; empty when it saw no letter."""
    sure: tuple[float, ...]
    """For each character of ``text``, how likely the network thinks it, 0 to 1."""

    @property
    def likelihood(self) -> float:
        """That the letters are right, 0 to 1: the geometric mean over the characters, 0 without any."""
        import numpy as np

        return float(np.exp(np.mean(np.log(self.sure)))) if self.sure else 0.0


class LineNetwork:
    """The network, loaded once. The same crop gives the same text, whatever was read before."""

    def __init__(self, net: "Net") -> None:
        self._net = net

    @classmethod
    def load(cls, weights: bytes | None = None) -> "LineNetwork | Reason":
        """The network of this package, or one given as the bytes of an ONNX file; a reason when it is damaged."""
        import cv2
        import numpy as np

        try:
            content = files("opsec.assets").joinpath("signs", _WEIGHTS).read_bytes() if weights is None else weights
            net = cv2.dnn.readNetFromONNX(np.frombuffer(content, np.uint8))
            reader = cls(net)
            answered = reader._columns(np.zeros((HEIGHT_PX, _WIDTHS_PX), np.float32)).shape
        except (OSError, cv2.error) as fault:
            return reason("reader_fault", part=_WEIGHTS, detail=type(fault).__name__)
        if answered != (2 * _WIDTHS_PX // COLUMN_PX, len(ALPHABET) + 1):
            return reason("reader_fault", part=_WEIGHTS, detail=str(answered))
        return reader

    def read(self, crop: "Grey") -> LineRead:
        """The text of a grey crop ``(h, w)`` that holds one line; nothing from one under four pixels high or wide."""
        if min(crop.shape) < _SMALLEST_PX:
            return LineRead("", ())
        return decoded(self._columns(prepared(crop)))

    def _columns(self, line: "Floats") -> "Floats":
        """Likelihood of each class at each step, (steps, classes). Widths come in few sizes: OpenCV plans each."""
        import numpy as np

        width = -(-line.shape[1] // _WIDTHS_PX) * _WIDTHS_PX
        filled = np.zeros((1, 1, HEIGHT_PX, width), np.float32)
        filled[0, 0, :, : line.shape[1]] = line
        self._net.setInput(filled)
        columns = np.asarray(self._net.forward(), np.float32)[0]
        return _shares(columns.reshape(2, -1, columns.shape[1]).transpose(2, 0, 1).reshape(2 * columns.shape[1], -1))


def at_height(crop: "Grey") -> "Grey":
    """A grey crop ``(h, w)`` in the network's size: (40, width), the width as it follows, within bounds."""
    import cv2
    import numpy as np

    high, wide = crop.shape
    width = min(max(round(wide * HEIGHT_PX / high), _NARROWEST_PX), WIDEST_PX)
    how = cv2.INTER_AREA if high > HEIGHT_PX else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(crop, (width, HEIGHT_PX), interpolation=how), np.uint8)


def prepared(crop: "Grey") -> "Floats":
    """A grey crop ``(h, w)`` as the network takes it: (40, width), mean 0, spread 1."""
    import numpy as np

    line = at_height(crop).astype(np.float32)
    return np.asarray((line - line.mean()) / max(float(line.std()), FLAT), np.float32)


def decoded(likely: "Floats") -> LineRead:
    """The line that these steps show, (steps, classes), in the order of reading."""
    signs = [(ALPHABET[kind - 1], sure) for kind, sure in likeliest(likely)]
    placed = placed_in_reading_order("".join(sign for sign, _ in signs))
    while placed and placed[0][1] == " ":
        placed.pop(0)
    while placed and placed[-1][1] == " ":
        placed.pop()
    return LineRead("".join(sign for _, sign in placed), tuple(min(signs[at][1], 1.0) for at, _ in placed))


def _shares(columns: "Floats") -> "Floats":
    import numpy as np

    powers = np.exp(columns - columns.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)
