"""Names for the arrays that pass between the algorithms of ``opsec.vision`` and their callers.

numpy's types do not carry a shape, so the docstring of each alias does. The module is imported for type
checking only and loads nothing at run time.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    GrayImage = NDArray[np.uint8]
    """Luminance, shape (height, width)."""
    ColorImage = NDArray[np.uint8]
    """Blue, green, red as OpenCV orders them, shape (height, width, 3)."""
    Mask = NDArray[np.uint8]
    """Shape (height, width): 255 where pixels may be used, 0 where they are hidden."""
    Flags = NDArray[np.bool_]
    """One truth value per element, shape (n,) unless said."""
    Points = NDArray[np.float32]
    """Pixel positions x, y, shape (n, 2)."""
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    AnyArray = NDArray[Any]
