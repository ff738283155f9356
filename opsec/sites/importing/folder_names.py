"""Names of the folders of imported sites and landmarks: those that the officer gives, or proposed from a name."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence

from opsec.errors import UsageError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import escape_unsafe
from opsec.sites.importing.raw_place import is_arabic
from opsec.sites.site_file import ID_PATTERN

_LATIN = dict(zip(
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءأإآؤئپچژگڤەێۆڕڵکی",
    "a b t th j h kh d dh r z s sh s d t z a gh f q k l m n h w y a a  a i a w y p ch zh g v e e o r l k y".split(" "),
    strict=True,
))  # fmt: skip
"""Simple transliteration."""


def propose_ids(sites: Iterable[Sequence[str]]) -> list[str]:
    """Propose a folder name for each site from its names, the English one if there is one."""
    found: list[str] = []
    for number, names in enumerate(sites, 1):
        found.append(propose_id(names, f"site-{number}", found))
    return found


def propose_id(names: Sequence[str], otherwise: str, taken: Collection[str]) -> str:
    """Derive an unused folder name from names: a to z, digits and ``-``.

    >>> propose_id(["معسكر الصقر", "Falcon Camp"], "site-1", [])
    'falcon-camp'
    """
    name = next((name for name in names if not any(map(is_arabic, name))), next(iter(names), ""))
    latin = "".join(_LATIN.get(char, char) for char in unicodedata.normalize("NFC", name.casefold()))
    ascii_ = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    wanted = re.sub("[^a-z0-9]+", "-", ascii_.lower()).strip("-")[:56].rstrip("-") or otherwise
    if wanted not in taken:
        return wanted
    return next(free for count in range(2, len(taken) + 3) if (free := f"{wanted}-{count}") not in taken)


def check_given_ids(given: Sequence[str], sites: Sequence[str]) -> list[str]:
    """Check the folder names that the officer gave: one for each site, in order.

    Raises
    ------
    UsageError
        There are too few or too many, one is given twice, or one is not valid.
    """
    for id_ in given:
        if not ID_PATTERN.fullmatch(id_):
            raise UsageError(
                _(
                    "--id {id} is not valid; use at most 64 of a to z, 0 to 9 and -, and do not begin with -",
                    id=escape_unsafe(id_, limit=80),
                )
            )
        if given.count(id_) > 1:
            raise UsageError(_("--id {id} is given twice; give each site a name of its own", id=id_))
    if len(given) != len(sites):
        raise UsageError(
            _(
                "--id is given {given} times, but the map has {count} sites; give one for each, in this order: {sites}",
                given=len(given),
                count=len(sites),
                sites=escape_unsafe(", ".join(sites), limit=400),
            )
        )
    return list(given)
