"""Fonts that render the training lines, and the characters that each supports."""

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
_EXCLUDED = re.compile(
    r"AmiriQuran|KacstDecorative|KacstArt|KacstTitleL|ae_(Ostorah|Shado|Metal|Furat|Japan|Haramain)|Nastaliq|Ajrak|Thin|Hairline"
    r"|ExtraLight|Math|Emoji|Symbol|VariableFont|mry_|Dingbats|D050000L|Z003"
)
_SYSTEM_FONT_FOLDER = Path("/usr/share/fonts")
_HELD_OUT_MODULUS = 17
"""One family in this many is held out."""
_PROBE_TEXTS = {"arabic": "شقعئة", "sorani": "ڕۆێڵگ", "latin": "aQg5"}


@dataclass(frozen=True, slots=True)
class FontFace:
    """One font file."""

    path: str
    characters: frozenset[str]
    """Characters that it has a glyph for."""

    @property
    def family(self) -> str:
        """File name up to its first dash, without weight: bold and regular are one family."""
        return re.sub(r"(Bold|Regular|Light|Medium|Italic|b)*$", "", Path(self.path).stem.split("-")[0])

    @property
    def is_held_out(self) -> bool:
        """Whether the family is used for measurements only, chosen by a hash of its name.

        Noto families never are, for telephones show Arabic in them. (The first run of the shipped weights held out
        others, one in nine.)
        """
        return not self.family.startswith("Noto") and zlib.crc32(self.family.encode()) % _HELD_OUT_MODULUS == 0

    def supports(self, text: str) -> bool:
        """Return whether the font has every character of a text."""
        return self.characters.issuperset(text)


def find_fonts(folder: Path | None = None) -> list[FontFace]:
    """Find the usable fonts in a folder laid out like the system's fonts; for None, those of the system.

    They are ordered by path. The fonts of the system are those that fontconfig lists, where it is installed.
    """
    from fontTools.ttLib import TTFont

    faces = []
    for path in sorted(_fonts_in(folder) if folder else _system_fonts()):
        if not _FOLDERS.search(path) or _EXCLUDED.search(path) or ("/noto/" in path and not _NOTO.search(path)):
            continue
        with TTFont(path, lazy=True) as font:
            characters = frozenset(chr(code) for code in font.getBestCmap() if code < 0x10000)
        if characters.issuperset(_PROBE_TEXTS["arabic"]) or characters.issuperset(_PROBE_TEXTS["latin"]):
            faces.append(FontFace(path, characters))
    return faces


def _system_fonts() -> set[str]:
    try:
        listed = subprocess.run(["fc-list", ":", "file"], capture_output=True, text=True, check=True).stdout  # noqa: S607
    except FileNotFoundError:  # fontconfig is not part of every system
        return _fonts_in(_SYSTEM_FONT_FOLDER)
    paths = {line.rstrip(": \n") for line in listed.splitlines()}
    return {path for path in paths if path.endswith((".ttf", ".otf"))}


def _fonts_in(folder: Path) -> set[str]:
    return {str(path) for kind in ("*.ttf", "*.otf") for path in folder.rglob(kind)}
