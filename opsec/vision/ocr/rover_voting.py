"""What was made of one line, and how several readings of it become one.

The readings are laid beside the one that is most like all others, letter by letter, and each letter is put to the
vote (ROVER: Fiscus, A post-processing system to yield reduced word error rates, 1997).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

Votes = list[dict[str, float]]

OWN = "own"
"""Our own network; every other engine is named by its tongue."""
_DOUBT = 0.1
"""What a reading weighs that its engine gives no chance: engines doubt outlined letters that they read well."""
_BELIEVED = 0.85
"""What the own likelihood of our network is worth where its cuts differ and no other engine agrees."""
_LIKE = 0.5
"""A reading less like the others than this reads something else, and has no vote on letters."""
_ALIKE, _MOST, _BOTH = 0.8, 0.84, 0.95
"""Readings this like each other agree; a vote alone is never as sure as two engines that read the very same."""
_ALL_CUTS = 0.9
"""Cuts that agree are believed from this likelihood on: of 181 such lines of drawn frames, 178 were right."""
_SAME_WORDS, _PART_OF, _LEAST_PART = 0.75, 75, 4
_KNOWS_DIGITS, _KNOWS_NO_DIGITS = 4.0, 0.2
"""Tesseract's Arabic data hardly know the digits of Arabic boards; our own network learned little else."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One engine's answer to one view of a line, or what several agree on."""

    text: str
    likelihood: float
    """That the letters are right, 0 to 1, as the engine believes."""
    engine: str

    @property
    def weight(self) -> float:
        """How much it counts among others."""
        return self.likelihood + _DOUBT

    def is_like(self, other: "Reading") -> bool:
        """Whether both may be readings of the same words; another number is another sign."""
        mine, its = (_digits(one.text) for one in (self, other))
        return (mine == its or not (mine and its)) and _likeness(self, other, fold_case=True) >= _SAME_WORDS

    def is_part_of(self, other: "Reading") -> bool:
        """Whether one may be a part of the other."""
        from rapidfuzz import fuzz

        one, whole = self.text.casefold(), other.text.casefold()
        if one in whole or whole in one:
            return True
        return min(len(one), len(whole)) >= _LEAST_PART and fuzz.partial_ratio(one, whole) >= _PART_OF


def agreed(readings: Sequence[Reading]) -> Reading | None:
    """What the readings of a line agree on, letter by letter; none without any.

    Its likelihood is that of the likeliest reading like it, and more for every other one that agrees.

    >>> agreed([Reading(text, 0.5, "eng") for text in ("Falcon Comp", "Falcom Camp", "Falkon Camp")]).text
    'Falcon Camp'
    """
    if len(readings) < 2:
        return readings[0] if readings else None
    middle = max(readings, key=lambda one: sum(other.weight * _likeness(one, other) for other in readings))
    voters = [(one, one.weight * likeness) for one in readings if (likeness := _likeness(middle, one)) >= _LIKE]
    text = "".join(_voted(middle.text, voters))
    voted = Reading(" ".join(text.split()), 0.0, "vote")
    return replace(voted, likelihood=_likelihood(voted, readings))


def all_cuts_agree(readings: Sequence[Reading], cuts: int) -> Reading | None:
    """What our own network reads in every one of so many cuts of a line, if it is sure of it in one."""
    if len(readings) < cuts or len({reading.text for reading in readings}) > 1:
        return None
    best = max(readings, key=lambda reading: reading.likelihood)
    return replace(best, likelihood=_BOTH) if best.likelihood >= _ALL_CUTS else None


def two_engines_agree(readings: Sequence[Reading]) -> Reading | None:
    """The reading whose very letters another engine has read as well: they err in different ways."""
    own = {one.text for one in readings if one.engine == OWN}
    same = next((one for one in readings if one.engine != OWN and one.text in own), None)
    return replace(same, likelihood=max(same.likelihood, _BOTH)) if same else None


def _likeness(one: Reading, other: Reading, *, fold_case: bool = False) -> float:
    from rapidfuzz.distance import Levenshtein

    texts = (one.text.casefold(), other.text.casefold()) if fold_case else (one.text, other.text)
    return Levenshtein.normalized_similarity(*texts)


def _digits(text: str) -> list[int]:
    return [int(char) for char in text if char.isdecimal()]


def _likelihood(voted: Reading, readings: Sequence[Reading]) -> float:
    alike = [(one, _likeness(voted, one)) for one in readings]
    likeliest = max(one.likelihood * likeness * (_BELIEVED if one.engine == OWN else 1.0) for one, likeness in alike)
    agreeing = sum(likeness >= _ALIKE for _, likeness in alike) - 1
    return max(likeliest, min(_MOST, likeliest + _DOUBT * max(0, agreeing)))


def _voted(middle: str, voters: Sequence[tuple[Reading, float]]) -> Iterator[str]:
    """The letters of the middle reading as most would have them, and what most have between two of them."""
    places: Votes = [{} for _ in middle]
    between: Votes = [{} for _ in range(len(middle) + 1)]
    for voter, weight in voters:
        _lay_beside(middle, voter, weight, places, between)
    half = sum(weight for _, weight in voters) / 2
    for number, votes in enumerate(between):
        yield next((more for more, weight in votes.items() if weight > half), "")
        if number < len(middle):
            own = middle[number]
            yield max(places[number].items(), key=lambda vote: (vote[1], vote[0] == own))[0]


def _lay_beside(
    middle: str, voter: Reading, weight: float, places: list[dict[str, float]], between: list[dict[str, float]]
) -> None:
    from rapidfuzz.distance import Levenshtein

    for step in Levenshtein.opcodes(middle, voter.text):
        there = voter.text[step.dest_start : step.dest_end]
        if step.tag == "insert":
            votes = between[step.src_start]
            votes[there] = votes.get(there, 0.0) + weight
            continue
        for number, place in enumerate(range(step.src_start, step.src_end)):
            letter = there[number] if step.tag != "delete" else ""
            places[place][letter] = places[place].get(letter, 0.0) + weight * _knows(voter.engine, letter)


def _knows(engine: str, letter: str) -> float:
    """How much more or less an engine's word counts on this letter."""
    if not "٠" <= letter <= "٩" and not (engine == "ara" and letter.isdigit()):
        return 1.0
    return {OWN: _KNOWS_DIGITS, "ara": _KNOWS_NO_DIGITS}.get(engine, 1.0)
