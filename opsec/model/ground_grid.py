"""Grid of detection probabilities over a fence, as ``SiteCoverage.ground`` stores it: encoded and decoded here.

Cells run row by row from the south-west corner of the bounding box of the fence. Each is one byte, 0 to 255 for a
probability of 0 to 1; the whole is base64 (RFC 4648).
"""

import base64
import binascii
from collections.abc import Iterable, Sequence

GROUND_GRID = 32
"""Cells along each side of the grid."""
MAX_CELL = 255


def encode_ground(probabilities: Iterable[float]) -> str:
    """Encode detection probabilities, 0 to 1, one for each cell.

    >>> encode_ground([0.0, 0.5, 1.0])
    'AID/'
    """
    return base64.b64encode(bytes(round(MAX_CELL * probability) for probability in probabilities)).decode("ascii")


def decode_ground(ground: str) -> bytes:
    """Decode the cells, 0 to 255; none from a damaged row, and never more than the grid has."""
    try:
        return base64.b64decode(ground, validate=True)[: GROUND_GRID**2]
    except binascii.Error:
        return b""


def union_share(grounds: Sequence[str], cells: float) -> float:
    """Return the share of the ground inside a fence that several clips show together.

    Parameters
    ----------
    grounds
        Encoded grids, all over the same fence. Of each cell the highest probability counts.
    cells
        Number of cells inside the fence; cells on the fence count in part.
    """
    highest = [0] * GROUND_GRID**2
    for ground in grounds:
        for number, probability in enumerate(decode_ground(ground)):
            highest[number] = max(highest[number], probability)
    return min(1.0, sum(highest) / MAX_CELL / cells)
