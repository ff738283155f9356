"""The rules: each one file of data with its page in both languages and samples that must and must not fire.

A rule says what a match means and how it errs; the code that joins hint and site is in ``opsec.matching.matcher``.
Rule ids are a contract: they never change their meaning and are never reused.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from opsec.i18n.messages import Lang

IDS: tuple[str, ...] = (
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
    "ZONE-IN-VIEW",
    "LAYOUT-AERIAL",
    "LAYOUT-SWEEP",
    "LAYOUT-WALK",
)
"""The rules that this version can fire, most telling first."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule's page and samples."""

    id: str
    evidence: str
    """What kind of evidence it is; two matches of one kind are never independent of each other."""
    pages: Mapping[Lang, Mapping[str, str]]
    fires: tuple[Mapping[str, Any], ...]
    """Samples about the sample site (``assets/rules/sample-site.toml``) that must fire it."""
    silent: tuple[Mapping[str, Any], ...]
    """Samples that must not."""

    def title(self, lang: Lang) -> str:
        """What leaked, in a few words."""
        return self.pages[lang]["title"]

    def means(self, lang: Lang) -> str:
        """What it means when it fires."""
        return self.pages[lang]["means"]

    def errs(self, lang: Lang) -> str:
        """How it can be wrong."""
        return self.pages[lang]["errs"]

    def advice(self, lang: Lang) -> str:
        """What to do."""
        return self.pages[lang]["advice"]


@cache
def rule(rule_id: str) -> Rule:
    """The rule of this id.

    >>> rule("GPS-IN-FENCE").title("en")
    'Position inside the fence'
    """
    raw = tomllib.loads((resources.files("opsec") / "assets" / "rules" / f"{rule_id}.toml").read_text("utf-8"))
    return Rule(
        id=raw["id"],
        evidence=raw["evidence"],
        pages={"en": raw["en"], "ar": raw["ar"]},
        fires=tuple(raw["fires"]),
        silent=tuple(raw["silent"]),
    )
