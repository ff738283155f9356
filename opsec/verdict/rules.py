"""The rules: each a data file with its page in both languages, and samples that must and must not fire.

A rule explains what a match means and how it can be wrong; the code that matches hints with sites is in
``opsec.matching.matcher``. Rule ids are a contract: they never change their meaning and are never reused.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from opsec.i18n.messages import Lang

RULE_IDS: tuple[str, ...] = (
    "GPS-IN-FENCE",
    "TRACK-CROSSES-FENCE",
    "GPS-NEAR-FENCE",
    "COORDINATES-WRITTEN",
    "NAME-ON-SIGN",
    "PLACE-TAG",
    "NAME-IN-CAPTION",
    "NAME-IN-FILE",
    "LANDMARK-SEEN",
    "POSTED-LIVE",
    "QUIET-HOURS",
    "ZONE-IN-VIEW",
    "LAYOUT-AERIAL",
    "LAYOUT-SWEEP",
    "LAYOUT-WALK",
    "MOSAIC",
    "ROUTINE",
)
"""The rules that this version can fire, strongest evidence first."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The page and the samples of one rule."""

    id: str
    evidence_kind: str
    """Kind of evidence; two matches of one kind are never independent of each other."""
    pages: Mapping[Lang, Mapping[str, str]]
    firing_samples: tuple[Mapping[str, Any], ...]
    """Samples about the sample site (``assets/rules/sample-site.toml``) that must fire it."""
    silent_samples: tuple[Mapping[str, Any], ...]
    """Samples that must not."""

    def title(self, lang: Lang) -> str:
        """Short name of what leaked."""
        return self.pages[lang]["title"]

    def meaning(self, lang: Lang) -> str:
        """What it means when it fires."""
        return self.pages[lang]["means"]

    def failure_modes(self, lang: Lang) -> str:
        """How it can be wrong."""
        return self.pages[lang]["errs"]

    def advice(self, lang: Lang) -> str:
        """What to do."""
        return self.pages[lang]["advice"]


@cache
def load_rule(rule_id: str) -> Rule:
    """Load the rule with this id.

    >>> load_rule("GPS-IN-FENCE").title("en")
    'Position inside the fence'
    """
    raw = tomllib.loads((resources.files("opsec") / "assets" / "rules" / f"{rule_id}.toml").read_text("utf-8"))
    return Rule(
        id=raw["id"],
        evidence_kind=raw["evidence"],
        pages={"en": raw["en"], "ar": raw["ar"]},
        firing_samples=tuple(raw["fires"]),
        silent_samples=tuple(raw["silent"]),
    )
