"""Bounded types of the fields of records, and the limits behind them."""

from typing import Annotated

from annotated_types import Ge, Gt, Le, MaxLen

MAX_TEXT_LENGTH = 100_000
"""Code points of one text hint; a longer caption is cut, with a note."""
MAX_FIXES = 20_000
"""Fixes of one track; a longer one is thinned by its reader."""

Latitude = Annotated[float, Ge(-90), Le(90)]
Longitude = Annotated[float, Ge(-180), Le(180)]
Degrees = Annotated[float, Ge(0), Le(360)]
Metres = Annotated[float, Ge(0), Le(50_000_000)]
AltitudeM = Annotated[float, Ge(-12_000), Le(1_000_000)]
Seconds = Annotated[float, Ge(0), Le(10_000_000)]
Share = Annotated[float, Ge(0), Le(1)]
ShortText = Annotated[str, MaxLen(1_000)]
LongText = Annotated[str, MaxLen(MAX_TEXT_LENGTH)]
Pixels = Annotated[int, Gt(0), Le(100_000)]
TurnDegrees = Annotated[float, Ge(0), Le(100_000)]
"""Degrees of a camera turn, which may exceed 360."""
