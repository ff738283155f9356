"""Grid of detection probabilities over a fence, as ``SiteCoverage.ground`` stores it: encoded and decoded here.

Cells run row by row from the south-west corner of the bounding box of the fence. Each is one byte, 0 to 255 for a
probability of 0 to 1; the whole is base64 (RFC 4648).
"""

import base64
import binascii
from collections.abc import Iterable, Sequence

GROUND_GRID = 32
"""Cells along each side of the grid."""
VIEW_GRID = 96
"""Samples along each side of the finer grid that says only whether ground was in view."""
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


def encode_view(bits: Iterable[bool]) -> str:
    """Encode which samples were in view, eight to a byte, the first in the highest bit.

    >>> encode_view([True, False, False, False, False, False, False, True])
    'gQ=='
    """
    text = "".join("1" if bit else "0" for bit in bits)
    return base64.b64encode(int(text or "0", 2).to_bytes(len(text) // 8, "big")).decode("ascii")


def decode_view(view: str) -> bytes:
    """Decode the samples in view, eight to a byte; none from a damaged row, and never more than the grid has."""
    try:
        return base64.b64decode(view, validate=True)[: VIEW_GRID**2 // 8]
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
