"""First pass of verification: match the clearest features of the frames and photos that the retrieval index names."""

from collections.abc import Sequence
from dataclasses import dataclass

from opsec.matching.landmarks.geometric_verification import AffineFit
from opsec.matching.landmarks.pairwise_matches import MatchedPair, PairwiseMatcher
from opsec.matching.landmarks.retrieval_index import Candidate

MAX_FIRST_PASS = 3
"""Candidates of one landmark that are tried where the first passes: where it does not, no other did, in some hundred
clips that show a landmark."""
MIN_FIRST_PASS_INLIERS = 4
"""Inliers of a candidate from which on the frame and the photo are matched in full: any three fit a map, and of the
real photos of other places none had a fourth."""
MANY_VOTES = 8
"""Supporting votes of a candidate from which on the pair is matched in full whatever its clearest features show, and
other frames with it: where no landmark is shown, few candidates had more than seven."""
CLEAR_INLIERS = 20
"""Inliers from which on no more photos are compared: a quarter more than a strong match has."""
MIN_SUPPORT = 4
"""Supporting votes below which a landmark is not compared."""
MIN_SUPPORT_BESIDE_CLEAR = 6
"""The same beside a clear landmark, unless that has fewer itself: in most clips as few as four votes agree on one
similarity by chance."""


@dataclass(frozen=True, slots=True)
class CandidateMatch:
    """A candidate that passed: the clearest features of its frame and photo fit, or its votes are many."""

    candidate: Candidate
    pair: MatchedPair
    """Matches of the clearest features."""
    fit: AffineFit | None

    @property
    def inliers(self) -> int:
        """Inliers among the clearest features."""
        return self.fit.inliers if self.fit else 0


@dataclass(frozen=True, slots=True)
class Shortlisted:
    """A landmark of the shortlist that passed the first pass."""

    landmark: int
    candidates: list[Candidate]
    passed: list[CandidateMatch]


def first_pass(matcher: PairwiseMatcher, candidates: Sequence[Candidate]) -> list[CandidateMatch]:
    """Match the clearest features of the first candidates of one landmark.

    Returns
    -------
    list of CandidateMatch
        The best of each mirror orientation in which any candidate passes, the better orientation first; empty when the
        very first candidate does not pass.
    """
    best: dict[bool, CandidateMatch] = {}
    tried = candidates[:MAX_FIRST_PASS]
    for number, candidate in enumerate(tried):
        pair = matcher.match_subset(candidate.frame, candidate.photo, mirrored=candidate.mirrored)
        match = CandidateMatch(candidate, pair, pair.verify())
        if match.inliers < MIN_FIRST_PASS_INLIERS and candidate.support < MANY_VOTES:
            if number == 0:
                break
            continue
        if candidate.mirrored not in best or match.inliers > best[candidate.mirrored].inliers:
            best[candidate.mirrored] = match
        # a façade that is its own mirror image fits in both orientations
        if match.inliers >= CLEAR_INLIERS and all(rest.mirrored == candidate.mirrored for rest in tried[number + 1 :]):
            break
    return sorted(best.values(), key=lambda one: -one.inliers)


def first_pass_of_each(matcher: PairwiseMatcher, named: Sequence[tuple[int, list[Candidate]]]) -> list[Shortlisted]:
    """Return the landmarks of the shortlist that pass the first pass, that with most inliers last."""
    shortlisted: list[Shortlisted] = []
    min_support = MIN_SUPPORT
    for landmark, candidates in named:
        passed = first_pass(matcher, [one for one in candidates if one.support >= min_support])
        if not passed:
            continue
        shortlisted.append(Shortlisted(landmark, candidates, passed))
        if passed[0].inliers >= CLEAR_INLIERS:
            min_support = min(MIN_SUPPORT_BESIDE_CLEAR, passed[0].candidate.support)
    shortlisted.sort(key=lambda one: (one.passed[0].inliers, one.passed[0].candidate.support))
    return shortlisted
