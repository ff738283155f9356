"""Which fonts draw the lines, and which signs each of them has."""

import re
import subprocess
import zlib
from dataclasses import dataclass
from pathlib import Path

_FOLDERS = re.compile(
    r"/(noto|fonts-hosny-\w+|kacst|kacst-one|fonts-arabeyes|farsiweb|freefarsi|paktype|fonts-nafees|lemonada|scheherazade"
    r"|lateef|harmattan|alkalami|unikurdweb|dejavu|freefont|liberation|roboto|lato|open-sans|inter|opendin|comfortaa"
    r"|cantarell|b612|bebas-neue|cabin|crosextra|croscore|dosis|karla|league-spartan|manrope|play|quicksand|sora|urw-base35"
    r"|vollkorn|yanone-kaffeesatz|ebgaramond)/"
)
_NOTO = re.compile(r"Noto(Naskh|Kufi|Sans|Serif)(Arabic|ArabicUI)?-(Regular|Bold|Italic|BoldItalic)\.ttf$")
_UNREADABLE = re.compile(
    r"AmiriQuran|KacstDecorative|KacstArt|KacstTitleL|ae_(Ostorah|Shado|Metal|Furat|Japan|Haramain)|Nastaliq|Ajrak|Thin|Hairline"
    r"|ExtraLight|Math|Emoji|Symbol|VariableFont|mry_|Dingbats|D050000L|Z003"
)
_HELD_OUT_OF = 17
_PROBE = {"arabic": "شقعئة", "sorani": "ڕۆێڵگ", "latin": "aQg5"}


@dataclass(frozen=True, slots=True)
class Face:
    """One font file and the signs it can draw."""

    path: str
    signs: frozenset[str]

    @property
    def family(self) -> str:
        """The file's name up to its first dash, without weights: bold and regular are one family."""
        return re.sub(r"(Bold|Regular|Light|Medium|Italic|b)*$", "", Path(self.path).stem.split("-")[0])

    @property
    def held_out(self) -> bool:
        """One family in seventeen is only measured with; which ones is told by their names. Noto's never are:
        telephones show Arabic in them. (The first run of the shipped weights held out others, one in nine.)"""
        return not self.family.startswith("Noto") and zlib.crc32(self.family.encode()) % _HELD_OUT_OF == 0

    def draws(self, text: str) -> bool:
        """Whether it has every sign of a text."""
        return self.signs.issuperset(text)


def installed(folder: Path | None = None) -> list[Face]:
    """The usable fonts of this machine, or of a folder laid out like its fonts, in the order of their names.

    Asks fontconfig unless a folder is given.
    """
    from fontTools.ttLib import TTFont

    faces = []
    for path in sorted(_in(folder) if folder else _of_this_machine()):
        if not _FOLDERS.search(path) or _UNREADABLE.search(path) or ("/noto/" in path and not _NOTO.search(path)):
            continue
        with TTFont(path, lazy=True) as font:
            signs = frozenset(chr(code) for code in font.getBestCmap() if code < 0x10000)
        if signs.issuperset(_PROBE["arabic"]) or signs.issuperset(_PROBE["latin"]):
            faces.append(Face(path, signs))
    return faces


def _of_this_machine() -> set[str]:
    listed = subprocess.run(["fc-list", ":", "file"], capture_output=True, text=True, check=True).stdout  # noqa: S607
    paths = {line.rstrip(": \n") for line in listed.splitlines()}
    return {path for path in paths if path.endswith((".ttf", ".otf"))}


def _in(folder: Path) -> set[str]:
    return {str(path) for kind in ("*.ttf", "*.otf") for path in folder.rglob(kind)}
