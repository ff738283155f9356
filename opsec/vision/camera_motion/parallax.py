"""What is near passes by what is far: a camera that travels, told from one that only turns.

With the turn taken out, ray, goal and travel lie in one plane for all that stands still (the epipolar constraint,
Longuet-Higgins 1981), and all of it moves away from where the camera goes, or all towards it. Noise does neither.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from opsec.vision.camera_motion.rotation_geometry import Array, Mask

FEWEST_MOVING = 6
"""Corners that must show parallax for it to have a direction."""
IN_PLANE = 0.2
"""Sine of the angle that a corner's own plane may make with the travel."""


def travels(rays: "Array", goals: "Array", least: float, known: "Mask") -> "Array":
    """Directions (k, 3) in which the camera travels, each as long as the share of the corners that shows it.

    ``rays`` are the directions (k, n, 3) of the corners with the turn taken out, ``goals`` where they went,
    ``least`` the least angle, in radians, that is no noise, and ``known`` says which corners there are, (k, n).
    """
    across = np.cross(rays, goals)
    size = np.sqrt((across**2).sum(axis=-1))
    moving = known & (size > least)
    count = moving.sum(axis=-1)
    weights = moving.astype(np.float64)
    for _ in range(5):
        _values, axes = np.linalg.eigh(np.swapaxes(across * weights[..., None], -1, -2) @ across)
        travel = axes[..., 0]
        out = np.abs((across @ travel[..., None])[..., 0]) / (size + 1e-9)
        weights = moving / (1 + (out / IN_PLANE) ** 2)
    along = (rays @ travel[..., None])[..., 0]
    onward = ((goals - rays) * (travel[..., None, :] - along[..., None] * rays)).sum(axis=-1)
    moved = np.maximum(1, count)
    sense = (np.sign(onward) * moving).sum(axis=-1) / moved
    explained = (moving & (out < IN_PLANE)).sum(axis=-1) / moved
    share = count / np.maximum(1, known.sum(axis=-1))
    strength = np.where(count >= FEWEST_MOVING, sense * explained * share, 0.0)
    return np.asarray(-travel * strength[..., None])
