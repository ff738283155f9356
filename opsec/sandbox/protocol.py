"""Messages between the parent and a worker process, and the validation of every reply on arrival.

A frame is its length (four bytes, big-endian) followed by that many bytes of JSON. The parent does not trust a reply:
its length is checked before it is read, then its content against the records of ``opsec.model`` with their bounds, and
last its reasons against ``opsec.model.reasons.REASONS``.
The reading process itself needs only the standard library for its half, so that it starts quickly.
"""

import json
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, is_dataclass, replace
from functools import cache
from itertools import chain
from typing import Annotated, Any, Literal

from opsec.cleaning.records import BlurRegion, CopyFacts, CopyOrder
from opsec.i18n.safe_text import escape_unsafe
from opsec.model import Claim, CoverageStatus, FileKind, Reading, Reason
from opsec.model.notes import NOTES, Note, NoteKind
from opsec.model.reasons import REASONS, ReasonKind

LENGTH_PREFIX = struct.Struct(">I")
OUT_OF_MEMORY = 77
"""Exit status for it: leaving is the one thing that surely needs no memory."""
NOT_LOCKED = 78
"""Exit status of a worker that could not lock itself and read nothing."""


# ── requests of the parent ──────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class ReadRequest:
    """Read the file whose descriptor is sent with this frame."""

    kind: FileKind
    verb: Literal["read"] = "read"


@dataclass(frozen=True, slots=True)
class UnpackRequest:
    """Write one member of the archive (first descriptor) into the file (second descriptor)."""

    index: int
    max_bytes: int
    verb: Literal["unpack"] = "unpack"


@dataclass(frozen=True, slots=True)
class CopyRequest:
    """Write a clean copy of the clip (first descriptor) into the file (second descriptor).

    The boxes say what to blur, not why: the worker has no site.
    """

    kind: FileKind
    order: CopyOrder
    verb: Literal["copy"] = "copy"


Request = ReadRequest | UnpackRequest | CopyRequest
"""What a worker is asked to do."""


# ── replies of a worker ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class FileHeader:
    """What the file claims about itself, sent early so that the parent can set the time limits by it."""

    claim: Claim
    reply: Literal["file_header"] = "file_header"


@dataclass(frozen=True, slots=True)
class PartialResult:
    """Everything found before pictures or sound are decoded: it is not lost if the process dies afterwards."""

    reading: Reading
    reply: Literal["partial_result"] = "partial_result"


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The reply to ``ReadRequest``."""

    reading: Reading
    reply: Literal["read_result"] = "read_result"


@dataclass(frozen=True, slots=True)
class UnpackDone:
    """The reply to ``UnpackRequest``: the member is written."""

    reply: Literal["unpack_done"] = "unpack_done"


@dataclass(frozen=True, slots=True)
class UnpackRefused:
    """The reply to ``UnpackRequest`` when the member cannot be extracted."""

    reason: Reason
    reply: Literal["unpack_refused"] = "unpack_refused"


@dataclass(frozen=True, slots=True)
class CopyDone:
    """The reply to ``CopyRequest``: the copy is written."""

    facts: CopyFacts
    reply: Literal["copy_done"] = "copy_done"


@dataclass(frozen=True, slots=True)
class CopyRefused:
    """The reply to ``CopyRequest`` when no copy can be made."""

    reason: Reason
    reply: Literal["copy_refused"] = "copy_refused"


Reply = FileHeader | PartialResult | ReadResult | UnpackDone | UnpackRefused | CopyDone | CopyRefused

FINAL_REPLIES: Mapping[type, tuple[type, ...]] = {
    ReadRequest: (ReadResult,),
    UnpackRequest: (UnpackDone, UnpackRefused),
    CopyRequest: (CopyDone, CopyRefused),
}
"""Kind of request → kinds of replies that end it."""


class InvalidMessageError(Exception):
    """A frame is too long, is not JSON, or breaks a bound of its records."""


# ── out ───────────────────────────────────────────────────────────────────────────────────────
def encode(message: Any) -> bytes:
    """Encode a message, which is one of the records of this module, as one frame.

    Fields that are None are left out; lone surrogates, which UTF-8 cannot encode, become ``?``.
    """
    body = _to_json(message).encode("utf-8", "replace")
    return LENGTH_PREFIX.pack(len(body)) + body


def _to_json_object(record: Any) -> dict[str, object]:
    if not is_dataclass(record):
        raise TypeError(type(record).__name__)
    names = record.__dataclass_fields__
    return {name: value for name in names if (value := getattr(record, name)) is not None}


def encode_reading(
    reading: Reading, max_bytes: int, reply: type[ReadResult] | type[PartialResult] = ReadResult
) -> bytes:
    """Encode a reading as one frame that fits.

    Parameters
    ----------
    reading
        Its longest list is halved until the frame fits; a reason in the frame records the cut.
    max_bytes
        Of the JSON, without the length prefix.
    reply
        Kind of message.
    """
    frame = encode(reply(reading))
    while (
        len(frame) - LENGTH_PREFIX.size > max_bytes and (shorter := _halve_longest_list(reading, max_bytes)) is not None
    ):
        reading = shorter
        frame = encode(reply(reading))
    return frame


def _halve_longest_list(reading: Reading, most_bytes: int) -> Reading | None:
    cut = Reason("reply_cut", (("limit_mib", str(most_bytes >> 20)),))
    reasons = reading.reasons if cut in reading.reasons else (*reading.reasons[:49], cut)
    status: CoverageStatus = "unread" if reading.status == "unread" else "partly"
    half = replace(reading, status=status, reasons=reasons)
    longest = max(("hints", "posts", "members"), key=lambda name: len(_to_json(getattr(reading, name))))
    records = getattr(reading, longest)
    return replace(half, **{longest: records[: len(records) // 2]}) if records else None


def _to_json(message: object) -> str:
    return json.dumps(message, default=_to_json_object, ensure_ascii=False, separators=(",", ":"))


# ── in ────────────────────────────────────────────────────────────────────────────────────────
class FrameBuffer:
    """Assemble the bytes of one pipe into the bodies of frames."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = bytearray()

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the bodies that are complete now, one by one: those before an invalid frame still count.

        Raises
        ------
        InvalidMessageError
            A frame announces more than ``most_bytes``; nothing of it is kept.
        """
        self._bytes += chunk
        while len(self._bytes) >= LENGTH_PREFIX.size:
            (length,) = LENGTH_PREFIX.unpack_from(self._bytes)
            if length > self._most_bytes:
                raise InvalidMessageError("length")
            if len(self._bytes) < LENGTH_PREFIX.size + length:
                break
            body = bytes(self._bytes[LENGTH_PREFIX.size : LENGTH_PREFIX.size + length])
            del self._bytes[: LENGTH_PREFIX.size + length]
            yield body


def decode_request(asked: dict[str, Any]) -> Request:
    """Decode what a worker is asked to do, in the template. It comes from the parent and is trusted."""
    match asked["verb"]:
        case "read":
            return ReadRequest(**asked)
        case "unpack":
            return UnpackRequest(**asked)
    order = asked["order"]
    regions = tuple(BlurRegion(**{**region, "box": tuple(region["box"])}) for region in order["regions"])
    return CopyRequest(asked["kind"], CopyOrder(order["copy_format"], order["sound"], regions, order["from_s"]))


def decode_reply(body: bytes) -> Reply:
    """Decode a reply, in the parent, and check it against every bound of its records.

    Raises
    ------
    InvalidMessageError
        It breaks one of them.
    """
    from pydantic import ValidationError

    try:
        reply = _reply_validator()(body)
    except ValidationError as fault:
        raise InvalidMessageError(type(fault).__name__) from fault
    match reply:
        case ReadResult(reading) | PartialResult(reading):
            _check_notes(reading)
            return type(reply)(replace(reading, reasons=tuple(_sanitised(reason) for reason in reading.reasons)))
        case UnpackRefused(reason) | CopyRefused(reason):
            return type(reply)(_sanitised(reason))
        case CopyDone(facts):
            return CopyDone(replace(facts, reasons=tuple(_sanitised(reason) for reason in facts.reasons)))
    return reply


@cache
def _reply_validator() -> Callable[[bytes], Reply]:
    from pydantic import ConfigDict, Field, TypeAdapter

    # the records of opsec.model carry no configuration of their own, so each of them inherits this one
    strictly = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)
    adapter: TypeAdapter[Reply] = TypeAdapter(Annotated[Reply, Field(discriminator="reply")], config=strictly)
    return adapter.validate_json


def _sanitised(reason: Reason) -> Reason:
    """Return the reason with escaped blanks, if its code exists and it fills the sentence exactly."""
    if not _fills_its_sentence(reason, REASONS):
        raise InvalidMessageError("reason")
    return Reason(reason.code, tuple((name, escape_unsafe(text)) for name, text in reason.blanks))


def _check_notes(reading: Reading) -> None:
    """Refuse a reading with a note that is not in the catalogue or does not fill its sentence exactly."""
    listed = (hint for post in reading.posts for hint in post.hints)
    if not all(_fills_its_sentence(note, NOTES) for hint in chain(reading.hints, listed) for note in hint.notes):
        raise InvalidMessageError("note")


def _fills_its_sentence(record: Reason | Note, catalogue: Mapping[str, ReasonKind] | Mapping[str, NoteKind]) -> bool:
    """Whether the code is in the catalogue and the blanks are exactly those of its sentence."""
    kind = catalogue.get(record.code)
    return kind is not None and sorted(name for name, _ in record.blanks) == sorted(kind.blank_names)
