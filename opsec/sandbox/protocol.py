"""What crosses the pipe between the parent and a reading process, and how each answer is checked on arrival.

A frame is its length (four bytes, big-endian) and that many bytes of JSON. The parent trusts no
answer: it is refused by its length before it is read, then held against the nouns of
``opsec.model`` with their bounds, and last its reasons against ``opsec.i18n.messages.REASONS``.
The reading process itself needs only the standard library for its half, so that it starts quickly.
"""

import json
import string
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, is_dataclass, replace
from functools import cache
from typing import Annotated, Any, Literal

from opsec.i18n.messages import REASONS
from opsec.i18n.safe_text import plain
from opsec.model import Claim, CoverageStatus, FileKind, Reading, Reason

HEADER = struct.Struct(">I")


# ── what the parent asks ──────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Read:
    """Read the file whose descriptor comes with this frame."""

    kind: FileKind
    verb: Literal["read"] = "read"


@dataclass(frozen=True, slots=True)
class Unpack:
    """Write one member of the archive (first descriptor) into the file (second descriptor)."""

    index: int
    most_bytes: int
    verb: Literal["unpack"] = "unpack"


Request = Read | Unpack


# ── what the reading process answers ──────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Ready:
    """Started, its doors shut; said once, before the first task."""

    say: Literal["ready"] = "ready"


@dataclass(frozen=True, slots=True)
class Claimed:
    """What the file says of itself, sent ahead so that the parent can set the limits by it."""

    claim: Claim
    say: Literal["claimed"] = "claimed"


@dataclass(frozen=True, slots=True)
class SoFar:
    """All that was found before the first picture was decoded: if the process falls after this, it is not lost."""

    reading: Reading
    say: Literal["so_far"] = "so_far"


@dataclass(frozen=True, slots=True)
class Gave:
    """The answer to ``Read``."""

    reading: Reading
    say: Literal["gave"] = "gave"


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The answer to ``Unpack``: the member is written."""

    say: Literal["unpacked"] = "unpacked"


@dataclass(frozen=True, slots=True)
class Refused:
    """The answer to ``Unpack`` when the member cannot be had."""

    reason: Reason
    say: Literal["refused"] = "refused"


Reply = Ready | Claimed | SoFar | Gave | Unpacked | Refused


class NotAllowedError(Exception):
    """A frame is too long, is no JSON, or holds what the nouns do not allow."""


# ── out ───────────────────────────────────────────────────────────────────────────────────────
def encode(message: Request | Reply) -> bytes:
    """One frame. Fields that are none are left out; halves of surrogate pairs, which no encoder takes, become ``?``."""
    body = _text(message).encode("utf-8", "replace")
    return HEADER.pack(len(body)) + body


def _as_object(record: Any) -> dict[str, object]:
    if not is_dataclass(record):
        raise TypeError(type(record).__name__)
    names = record.__dataclass_fields__
    return {name: value for name in names if (value := getattr(record, name)) is not None}


def encode_reading(reading: Reading, most_bytes: int, reply: type[Gave] | type[SoFar] = Gave) -> bytes:
    """The frame of a reading, its longest list halved until it fits; what was cut is said."""
    frame = encode(reply(reading))
    while len(frame) - HEADER.size > most_bytes and (shorter := _halved(reading, most_bytes)) is not None:
        reading = shorter
        frame = encode(reply(reading))
    return frame


def _halved(reading: Reading, most_bytes: int) -> Reading | None:
    cut = Reason("reply_cut", (("limit_mib", str(most_bytes >> 20)),))
    reasons = reading.reasons if cut in reading.reasons else (*reading.reasons[:49], cut)
    status: CoverageStatus = "unread" if reading.status == "unread" else "partly"
    half = replace(reading, status=status, reasons=reasons)
    longest = max(("hints", "posts", "members"), key=lambda name: len(_text(getattr(reading, name))))
    records = getattr(reading, longest)
    return replace(half, **{longest: records[: len(records) // 2]}) if records else None


def _text(message: object) -> str:
    return json.dumps(message, default=_as_object, ensure_ascii=False, separators=(",", ":"))


# ── in ────────────────────────────────────────────────────────────────────────────────────────
class Frames:
    """Puts the bytes of one pipe together into the bodies of frames."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = bytearray()

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The bodies that are complete now, one by one: what comes before a bad frame still counts.

        Raises
        ------
        NotAllowedError
            A frame announces more than ``most_bytes``; nothing of it is kept.
        """
        self._bytes += chunk
        while len(self._bytes) >= HEADER.size:
            (length,) = HEADER.unpack_from(self._bytes)
            if length > self._most_bytes:
                raise NotAllowedError("length")
            if len(self._bytes) < HEADER.size + length:
                break
            body = bytes(self._bytes[HEADER.size : HEADER.size + length])
            del self._bytes[: HEADER.size + length]
            yield body


def decode_request(body: bytes) -> Request:
    """A request, in the reading process. It comes from the parent and is trusted."""
    asked = json.loads(body)
    return Read(**asked) if asked["verb"] == "read" else Unpack(**asked)


def decode_reply(body: bytes) -> Reply:
    """An answer, in the parent, checked against every bound of its nouns.

    Raises
    ------
    NotAllowedError
        It breaks one of them.
    """
    from pydantic import ValidationError

    try:
        reply = _reply_check()(body)
    except ValidationError as fault:
        raise NotAllowedError(type(fault).__name__) from fault
    match reply:
        case Gave(reading) | SoFar(reading):
            return type(reply)(replace(reading, reasons=tuple(_known(reason) for reason in reading.reasons)))
        case Refused(reason):
            return Refused(_known(reason))
    return reply


@cache
def _reply_check() -> Callable[[bytes], Reply]:
    from pydantic import ConfigDict, Field, TypeAdapter

    # the records of opsec.model carry no configuration of their own, so each of them inherits this one
    strictly = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)
    adapter: TypeAdapter[Reply] = TypeAdapter(Annotated[Reply, Field(discriminator="say")], config=strictly)
    return adapter.validate_json


def _known(reason: Reason) -> Reason:
    """The reason with harmless blanks, if it is one of ours and fills its sentence exactly."""
    if reason.code not in REASONS or sorted(name for name, _ in reason.blanks) != _blank_names(reason.code):
        raise NotAllowedError("reason")
    return Reason(reason.code, tuple((name, plain(text)) for name, text in reason.blanks))


@cache
def _blank_names(code: str) -> list[str]:
    return sorted({name for _, name, _, _ in string.Formatter().parse(REASONS[code]) if name})
