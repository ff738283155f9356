"""How unlike a name may sound and still be it. A short name has near neighbours, a long one has none."""

from opsec.words.sounds import Sounds, unlikeness

_SURE_ONE_SCRIPT = (0.0, 0.0, 0.1, 0.3, 0.5)
"""By the number of consonants of the name's core, the last for all longer ones."""
_SURE_ACROSS = (0.0, 0.05, 0.2, 0.35, 0.6)
"""From Latin letters to Arabic ones short vowels cannot be compared."""
_NEAR_ONE_SCRIPT = (0.0, 0.0, 0.45, 0.5, 0.9)
_NEAR_ACROSS = (0.0, 0.0, 0.2, 0.4, 0.9)


def sure(unlike: float, consonants: int, cross: bool) -> bool:
    """Whether a spelling is taken for the name itself."""
    return unlike <= (_SURE_ACROSS if cross else _SURE_ONE_SCRIPT)[min(consonants, 4)] + 1e-9


def near(unlike: float, consonants: int, cross: bool) -> bool:
    """Whether a spelling is worth a look."""
    return unlike <= (_NEAR_ACROSS if cross else _NEAR_ONE_SCRIPT)[min(consonants, 4)] + 1e-9


def apart(written: Sounds, name: Sounds) -> float:
    """``unlikeness``, counted no further than any limit reaches."""
    return unlikeness(written, name, most=1.0)
