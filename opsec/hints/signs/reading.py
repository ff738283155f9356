"""What was made of one line, and how several readings of it become one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Reading:
    """One engine's answer to one view of a line."""

    text: str
    likelihood: float
    """That the letters are right, 0 to 1, as the engine believes."""
    engine: str


_AN_ENGINES_DOUBT = 0.1
"""What a reading weighs that its engine gives no chance: engines doubt outlined letters that they read well."""
_ALIKE = 0.8
_MOST = 0.95


def agreed(readings: Sequence[Reading]) -> Reading | None:
    """The reading that most of the others support: likely itself, and like the other likely ones.

    A wrong reading is wrong in its own way; right ones are alike. (The median string of Kohonen, 1985, taken among
    the readings themselves.) Its likelihood is that of the likeliest reading like it, and more for every other view
    that agrees.
    """
    from rapidfuzz.distance import Levenshtein

    def support(one: Reading) -> tuple[float, float]:
        alike = [(other, Levenshtein.normalized_similarity(one.text, other.text)) for other in readings]
        likeliest = max(other.likelihood * likeness for other, likeness in alike)
        agreeing = sum(likeness >= _ALIKE for _, likeness in alike) - 1
        weight = sum((other.likelihood + _AN_ENGINES_DOUBT) * likeness for other, likeness in alike)
        return weight, max(likeliest, min(_MOST, likeliest + _AN_ENGINES_DOUBT * agreeing))

    if not readings:
        return None
    supported = [(support(reading), reading) for reading in readings]
    (_, likelihood), best = max(supported, key=lambda pair: pair[0][0])  # of equals the first: the plainest view
    return replace(best, likelihood=likelihood)
