"""The frame in which text was read, for a page: a person compares it with the text that was recognised.

The reading process encodes the image, outlines the text and makes private numbers unreadable. This process never
decodes it: it checks the signature and hands the bytes to the browser.
"""

import re
from dataclasses import dataclass

from opsec.i18n.messages import Lang, _, render
from opsec.model import Hint
from opsec.model.fields import PICTURE_FIELDS
from opsec.readers.video.private_numbers import find_private_numbers
from opsec.reports.masking import mask_coordinates

BASE64_JPEG = re.compile(r"/9j/[A-Za-z0-9+/]+={0,2}")
"""Base64 (RFC 4648) of anything that begins as a JPEG does."""


@dataclass(frozen=True, slots=True)
class SignView:
    """An image for a page."""

    source: str
    """A ``data:`` URL (RFC 2397): nothing is fetched."""
    width_px: int
    height_px: int
    alt: str


def build_sign_view(hint: Hint, lang: Lang) -> SignView | None:
    """Return the image of a text that was read from a frame; None for other hints and for what is not a JPEG."""
    picture = hint.picture
    if hint.field not in PICTURE_FIELDS or picture is None or not BASE64_JPEG.fullmatch(picture.jpeg_base64):
        return None
    alt = render(_("the text in the frame, outlined"), lang)
    return SignView(f"data:image/jpeg;base64,{picture.jpeg_base64}", picture.width_px, picture.height_px, alt)


def mask_hint_text(hint: Hint) -> str:
    """Return the text of a hint with coordinates masked, and, in text read from frames, plate and telephone numbers."""
    text = hint.text or ""
    shown = list(mask_coordinates(text))
    for start, end in find_private_numbers(text) if hint.field in PICTURE_FIELDS else ():
        shown[start:end] = ["•" if char.isdigit() else char for char in shown[start:end]]
    return "".join(shown)
