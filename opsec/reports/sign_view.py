"""The picture of a sign in a page: what was read, for a person to hold against what is there.

The reading process made the picture, framed the sign in it and made numbers of people unreadable; this process never
decodes it. It is checked for what it claims to be and handed on to the browser.
"""

import re
from dataclasses import dataclass

from opsec.i18n.messages import Lang, _, say
from opsec.model import Hint
from opsec.model.fields import PICTURE_FIELDS
from opsec.readers.video.private_numbers import private_parts
from opsec.reports.masking import masked_text

_BASE64_JPEG = re.compile(r"/9j/[A-Za-z0-9+/]+={0,2}")
"""Base64 (RFC 4648) of anything that begins as a JPEG does."""


@dataclass(frozen=True, slots=True)
class SignView:
    """One picture, ready for a page."""

    source: str
    """A ``data:`` address: nothing is fetched."""
    width_px: int
    height_px: int
    alt: str


def sign_view(hint: Hint, lang: Lang) -> SignView | None:
    """The picture of a sign; none when the hint is no sign, has no picture, or what it has is none."""
    picture = hint.picture
    if hint.field not in PICTURE_FIELDS or picture is None or not _BASE64_JPEG.fullmatch(picture.jpeg_base64):
        return None
    alt = say(_("the sign as it stands in the picture, framed"), lang)
    return SignView(f"data:image/jpeg;base64,{picture.jpeg_base64}", picture.width_px, picture.height_px, alt)


def masked_words(hint: Hint) -> str:
    """The text of a hint, masked; of words in a picture the numbers of plates and telephones as well."""
    text = hint.text or ""
    shown = list(masked_text(text))
    for start, end in private_parts(text) if hint.field in PICTURE_FIELDS else ():
        shown[start:end] = ["•" if char.isdigit() else char for char in shown[start:end]]
    return "".join(shown)
