"""The table of likelihood ratios (``assets/likelihood.toml``), each with the data set it was measured on."""

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from opsec.model import Family, Grade


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """A likelihood ratio and its source."""

    ratio: float
    set: str
    """Name of the data set; ``estimate`` when it was estimated and not measured."""
    count: int
    """Number of posts in that set."""

    @property
    def log_odds(self) -> float:
        """Natural logarithm of the ratio, which is added to the sum."""
        return math.log(self.ratio)


@dataclass(frozen=True, slots=True)
class LikelihoodTable:
    """Every ratio that a verdict can use."""

    matches: dict[tuple[str, Grade], LikelihoodRatio]
    near_name: LikelihoodRatio
    """Upper bound for words that are nearly a name, whatever the rule: enough for a review, never for more."""
    name_kind_caps: dict[str, LikelihoodRatio]
    """By the way in which a name was recognised: upper bound, whatever the rule."""
    bare_pair: LikelihoodRatio
    """Upper bound for two numbers that nothing else calls a position, or whose order is a guess."""
    others_text_cap: dict[str, LikelihoodRatio]
    """By rule: upper bound for text that somebody other than the author may have written."""
    second_in_family: LikelihoodRatio
    absence: dict[Family, LikelihoodRatio]
    contradiction: LikelihoodRatio
    landmark_detection: dict[Grade, LikelihoodRatio]
    """How often a clip that shows a landmark is recognised, with this grade."""
    landmark_false_match: dict[Grade, LikelihoodRatio]
    """How often a clip without it is mistaken, with this grade, for one that shows it: per landmark compared."""

    def ratio_for(self, rule: str, grade: Grade) -> LikelihoodRatio:
        """Ratio of a match of this rule and grade.

        Raises
        ------
        KeyError
            The rule has no entry for this grade, so it must not give that grade.
        """
        return self.matches[rule, grade]


@cache
def likelihood_table() -> LikelihoodTable:
    """Load the table shipped with the program."""
    raw = tomllib.loads((resources.files("opsec") / "assets" / "likelihood.toml").read_text("utf-8"))
    return LikelihoodTable(
        matches={(line["rule"], line["grade"]): _parse_ratio(line) for line in raw["ratio"]},
        near_name=_parse_ratio(raw["nearly_named"]),
        name_kind_caps={
            "near": _parse_ratio(raw["nearly_named"]),
            "doubtful": _parse_ratio(raw["doubtfully_named"]),
            "disguised": _parse_ratio(raw["named_in_disguise"]),
        },
        bare_pair=_parse_ratio(raw["bare_pair"]),
        others_text_cap={line["rule"]: _parse_ratio(line) for line in raw["by_others"]},
        second_in_family=_parse_ratio(raw["second_in_family"]),
        absence={family: _parse_ratio(line) for family, line in raw["absence"].items()},
        contradiction=_parse_ratio(raw["contradiction"]),
        landmark_detection={grade: _parse_ratio(line) for grade, line in raw["landmark_shown"].items()},
        landmark_false_match={grade: _parse_ratio(line) for grade, line in raw["landmark_chance"].items()},
    )


def _parse_ratio(line: dict[str, Any]) -> LikelihoodRatio:
    return LikelihoodRatio(float(line["ratio"]), line["set"], int(line["count"]))
