"""Combination of several recognitions of one line into one by character voting (ROVER).

Every recognition is aligned with the one that is most similar to all others, and each character is put to the vote
(Fiscus, A post-processing system to yield reduced word error rates: Recognizer Output Voting Error Reduction, 1997).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

View = Literal["plain", "mirrored", "turned", "slanted", "stacked"]
"""How a line was looked at: as it is, as in a mirror, upside down, with the slant of its letters removed, or with its
upright letters set side by side."""
Votes = list[dict[str, float]]
"""For each position the weight of each string proposed there."""

OWN_ENGINE = "own"
"""Name of the project's line recogniser; tesseract's engines are named by their language."""
_BASE_WEIGHT = 0.1
"""Weight of a recognition of confidence 0: engines doubt outlined letters that they read well."""
_DISPUTED_FACTOR = 0.85
"""Factor on the line recogniser's confidence where its crops differ and no other engine agrees."""
_MIN_VOTER_SIMILARITY = 0.5
"""A recognition less similar to the reference than this reads something else and does not vote."""
_AGREEMENT_SIMILARITY = 0.8
"""Recognitions at least this similar agree."""
_MAX_VOTED_CONFIDENCE = 0.84
"""Agreement alone raises the confidence of a vote to this, below that of two engines with the same text."""
CONSENSUS_CONFIDENCE = 0.95
"""Confidence of a text that two crops or two engines read letter by letter alike."""
_MIN_CROP_CONFIDENCE = 0.9
"""Crops that agree are believed from this confidence on: of 181 such lines of synthetic frames, 178 were right."""
_SAME_TEXT_SIMILARITY = 0.75
_MIN_PARTIAL_RATIO, _MIN_PART_LENGTH = 75, 4
"""A text is a part of another from this partial ratio (0 to 100) and this number of characters on."""
_OWN_DIGIT_FACTOR, _TESSERACT_DIGIT_FACTOR = 4.0, 0.2
"""Tesseract's Arabic data hardly know the digits of Arabic boards; the line recogniser was trained on them."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """What one engine reads in one crop of a line, or what several agree on."""

    text: str
    """In logical order."""
    confidence: float
    """Probability that the text is right, 0 to 1, as the engine estimates it."""
    engine: str
    """``OWN_ENGINE``, a language of tesseract, or ``vote``."""
    view: View = "plain"
    """The view of the line that was read."""

    @property
    def weight(self) -> float:
        """Weight of its votes."""
        return self.confidence + _BASE_WEIGHT

    def is_same_text(self, other: "Recognition") -> bool:
        """Return whether both may read the same text; texts with different numbers never do."""
        digits, other_digits = _digits(self.text), _digits(other.text)
        if digits and other_digits and digits != other_digits:
            return False
        return _similarity(self, other, fold_case=True) >= _SAME_TEXT_SIMILARITY

    def is_part_of(self, other: "Recognition") -> bool:
        """Return whether one text may be a part of the other."""
        from rapidfuzz import fuzz

        text, other_text = self.text.casefold(), other.text.casefold()
        if text in other_text or other_text in text:
            return True
        is_long = min(len(text), len(other_text)) >= _MIN_PART_LENGTH
        return is_long and fuzz.partial_ratio(text, other_text) >= _MIN_PARTIAL_RATIO


def vote(recognitions: Sequence[Recognition]) -> Recognition | None:
    """Combine the recognitions of a line character by character; None if there are none.

    The confidence is that of the most confident recognition similar to the result, raised by each other one that
    agrees. Only recognitions of the same view as the most confident one vote.

    >>> vote([Recognition(text, 0.5, "eng") for text in ("Falcon Comp", "Falcom Camp", "Falkon Camp")]).text
    'Falcon Camp'
    """
    if len({one.view for one in recognitions}) > 1:
        view = max(recognitions, key=lambda one: one.confidence).view
        recognitions = [one for one in recognitions if one.view == view]
    if len(recognitions) < 2:
        return recognitions[0] if recognitions else None
    reference = max(recognitions, key=lambda one: sum(other.weight * _similarity(one, other) for other in recognitions))
    voters = [
        (one, one.weight * similarity)
        for one in recognitions
        if (similarity := _similarity(reference, one)) >= _MIN_VOTER_SIMILARITY
    ]
    text = "".join(_voted_characters(reference.text, voters))
    voted = Recognition(" ".join(text.split()), 0.0, "vote", reference.view)
    return replace(voted, confidence=_voted_confidence(voted, recognitions))


def consensus_of_crops(recognitions: Sequence[Recognition], n_crops: int) -> Recognition | None:
    """Return the text that one engine reads in all ``n_crops`` crops if it is sure of it in one; else None."""
    if len(recognitions) < n_crops or len({one.text for one in recognitions}) > 1:
        return None
    best = max(recognitions, key=lambda one: one.confidence)
    return replace(best, confidence=CONSENSUS_CONFIDENCE) if best.confidence >= _MIN_CROP_CONFIDENCE else None


def consensus_of_engines(recognitions: Sequence[Recognition]) -> Recognition | None:
    """Return the text that the line recogniser and tesseract read alike, for they err in different ways; else None."""
    own_texts = {one.text for one in recognitions if one.engine == OWN_ENGINE}
    same = next((one for one in recognitions if one.engine != OWN_ENGINE and one.text in own_texts), None)
    return replace(same, confidence=max(same.confidence, CONSENSUS_CONFIDENCE)) if same else None


def _similarity(one: Recognition, other: Recognition, *, fold_case: bool = False) -> float:
    """Return the normalised Levenshtein similarity of two texts, 0 to 1."""
    from rapidfuzz.distance import Levenshtein

    texts = (one.text.casefold(), other.text.casefold()) if fold_case else (one.text, other.text)
    return Levenshtein.normalized_similarity(*texts)


def _digits(text: str) -> list[int]:
    return [int(char) for char in text if char.isdecimal()]


def _voted_confidence(voted: Recognition, recognitions: Sequence[Recognition]) -> float:
    similarities = [(one, _similarity(voted, one)) for one in recognitions]
    highest = max(
        one.confidence * similarity * (_DISPUTED_FACTOR if one.engine == OWN_ENGINE else 1.0)
        for one, similarity in similarities
    )
    n_others = sum(similarity >= _AGREEMENT_SIMILARITY for _, similarity in similarities) - 1
    return max(highest, min(_MAX_VOTED_CONFIDENCE, highest + _BASE_WEIGHT * max(0, n_others)))


def _voted_characters(reference: str, voters: Sequence[tuple[Recognition, float]]) -> Iterator[str]:
    """Yield the elected character for each of the reference's, and what a majority inserts between two of them."""
    substitutions: Votes = [{} for _ in reference]
    insertions: Votes = [{} for _ in range(len(reference) + 1)]
    for voter, weight in voters:
        _add_aligned_votes(reference, voter, weight, substitutions, insertions)
    majority = sum(weight for _, weight in voters) / 2
    for position, votes in enumerate(insertions):
        yield next((inserted for inserted, weight in votes.items() if weight > majority), "")
        if position < len(reference):
            own = reference[position]
            yield max(substitutions[position].items(), key=lambda item: (item[1], item[0] == own))[0]


def _add_aligned_votes(
    reference: str, voter: Recognition, weight: float, substitutions: Votes, insertions: Votes
) -> None:
    """Add the votes of one recognition, aligned with the reference by Levenshtein distance."""
    from rapidfuzz.distance import Levenshtein

    for step in Levenshtein.opcodes(reference, voter.text):
        proposed = voter.text[step.dest_start : step.dest_end]
        if step.tag == "insert":
            votes = insertions[step.src_start]
            votes[proposed] = votes.get(proposed, 0.0) + weight
            continue
        for at, position in enumerate(range(step.src_start, step.src_end)):
            char = proposed[at] if step.tag != "delete" else ""
            votes = substitutions[position]
            votes[char] = votes.get(char, 0.0) + weight * _character_factor(voter.engine, char)


def _character_factor(engine: str, char: str) -> float:
    """Return how much more or less an engine's vote counts on this character."""
    if not "٠" <= char <= "٩" and not (engine == "ara" and char.isdigit()):
        return 1.0
    return {OWN_ENGINE: _OWN_DIGIT_FACTOR, "ara": _TESSERACT_DIGIT_FACTOR}.get(engine, 1.0)
