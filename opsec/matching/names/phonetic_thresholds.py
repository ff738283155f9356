"""How unlike a name may sound and still be it. A short name has near neighbours, a long one has none."""

from opsec.text.phonetics import Script, Sounds, unlikeness

_ROUNDING = 1e-9
_SURE_ONE_SCRIPT = (0.0, 0.0, 0.1, 0.3, 0.5)
"""By the number of consonants of the name's core, the last for all longer ones."""
_SURE_ACROSS = (0.0, 0.05, 0.15, 0.35, 0.6)
"""From Latin letters to Arabic ones short vowels cannot be compared."""
_NEAR: dict[Script, tuple[float, ...]] = {
    "arabic": (0.0, 0.0, 0.45, 0.5, 0.7),
    "latin": (0.0, 0.0, 0.15, 0.5, 0.7),  # two consonants of English are half of all names
    "other": (0.0, 0.0, 0.0, 0.0, 0.0),
}
_NEAR_ACROSS = (0.0, 0.0, 0.15, 0.4, 0.8)


def sure(unlike: float, written: Sounds, name: Sounds, consonants: int) -> bool:
    """Whether a spelling is taken for the name itself, whose core has this many consonants."""
    limits = _SURE_ACROSS if written.script != name.script else _SURE_ONE_SCRIPT
    return unlike <= limits[min(consonants, 4)] + _ROUNDING


def near(unlike: float, written: Sounds, name: Sounds, consonants: int) -> bool:
    """Whether a spelling is worth a look."""
    limits = _NEAR_ACROSS if written.script != name.script else _NEAR[name.script]
    return unlike <= limits[min(consonants, 4)] + _ROUNDING


def apart(written: Sounds, name: Sounds, kurdish: bool) -> float:
    """``unlikeness``, counted no further than any limit reaches."""
    return unlikeness(written, name, kurdish, most=1.0)
