"""The one table of likelihood ratios (``assets/likelihood.toml``), each with the set it was measured on."""

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from opsec.model import Family, Grade


@dataclass(frozen=True, slots=True)
class Ratio:
    """A likelihood ratio and where it comes from."""

    ratio: float
    set: str
    """Name of the set; ``estimate`` when it was judged and not measured."""
    count: int
    """Posts in that set."""

    @property
    def log_odds(self) -> float:
        """Natural logarithm: what is added to the sum."""
        return math.log(self.ratio)


@dataclass(frozen=True, slots=True)
class Table:
    """Every ratio that a verdict can be made of."""

    matches: dict[tuple[str, Grade], Ratio]
    nearly_named: Ratio
    """Words that are nearly a name, whatever rule they came by: enough for a review, never for more."""
    by_others: dict[str, Ratio]
    """By rule: the most that words count which somebody else than the author may have written."""
    second_in_family: Ratio
    absence: dict[Family, Ratio]
    contradiction: Ratio
    landmark_shown: dict[Grade, Ratio]
    """How often a clip that shows a landmark is told to, with this grade."""
    landmark_chance: dict[Grade, Ratio]
    """How often a clip without it is taken, with this grade, for one that shows a landmark: per landmark compared."""

    def of(self, rule: str, grade: Grade) -> Ratio:
        """The ratio of a match. A rule without a line for a grade must not give that grade: KeyError."""
        return self.matches[rule, grade]


@cache
def table() -> Table:
    """The table shipped with the program."""
    raw = tomllib.loads((resources.files("opsec") / "assets" / "likelihood.toml").read_text("utf-8"))
    return Table(
        matches={(line["rule"], line["grade"]): _ratio(line) for line in raw["ratio"]},
        nearly_named=_ratio(raw["nearly_named"]),
        by_others={line["rule"]: _ratio(line) for line in raw["by_others"]},
        second_in_family=_ratio(raw["second_in_family"]),
        absence={family: _ratio(line) for family, line in raw["absence"].items()},
        contradiction=_ratio(raw["contradiction"]),
        landmark_shown={grade: _ratio(line) for grade, line in raw["landmark_shown"].items()},
        landmark_chance={grade: _ratio(line) for grade, line in raw["landmark_chance"].items()},
    )


def _ratio(line: dict[str, Any]) -> Ratio:
    return Ratio(float(line["ratio"]), line["set"], int(line["count"]))
