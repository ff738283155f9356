"""Fonts generated for tests of line rendering, which then depend on no font of the machine.

Each letter is a block whose width depends on its code point: enough to lay out, render and degrade lines, but not to
read them.
"""

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from opsec.devtools.ocr_training.fonts import FontFace, find_fonts

_UNITS_PER_EM, _ASCENT, _DESCENT = 1000, 800, -200
_LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x180)]
_ARABIC = [*range(0x20, 0x41), *range(0x5B, 0x61), *range(0x7B, 0x7F), *range(0x600, 0x700)]
_FONTS = {
    "noto/NotoSansArabic-Regular.ttf": _ARABIC,
    "dejavu/GeneratedSans-Regular.ttf": sorted({*_LATIN, *_ARABIC}),
    "liberation/GeneratedLatin-Bold.ttf": _LATIN,
}
"""Paths, in folders that ``find_fonts`` searches, and the code points of each font."""


def generate_fonts(folder: Path) -> list[FontFace]:
    """Write three fonts to a folder: one for Arabic, one for Latin, one for both."""
    for name, code_points in _FONTS.items():
        file = folder / "truetype" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        _write_font(file, code_points)
    return find_fonts(folder)


def _write_font(file: Path, code_points: list[int]) -> None:
    names = {code: f"u{code:04X}" for code in code_points}
    builder = FontBuilder(_UNITS_PER_EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap(names)
    widths = {".notdef": 500} | {name: 300 + code * 37 % 400 for code, name in names.items()}
    builder.setupGlyf({name: _glyph(width, is_blank=name in {"u0020", "u00A0"}) for name, width in widths.items()})
    builder.setupHorizontalMetrics({name: (width, 0) for name, width in widths.items()})
    builder.setupHorizontalHeader(ascent=_ASCENT, descent=_DESCENT)
    builder.setupNameTable({"familyName": file.stem.partition("-")[0], "styleName": file.stem.partition("-")[2]})
    builder.setupOS2(sTypoAscender=_ASCENT, sTypoDescender=_DESCENT, usWinAscent=_ASCENT, usWinDescent=-_DESCENT)
    builder.setupPost()
    builder.setupHead(unitsPerEm=_UNITS_PER_EM, created=0, modified=0)
    builder.save(file)


def _glyph(width: int, *, is_blank: bool) -> object:
    pen = TTGlyphPen(None)
    if not is_blank:
        left, right, top = 40, width - 40, 300 + width % 400
        for at, point in enumerate([(left, 0), (left, top), (right, top), (right, 0)]):
            (pen.lineTo if at else pen.moveTo)(point)
        pen.closePath()
    return pen.glyph()
