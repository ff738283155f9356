"""Messages between the parent and the template process, which has read nothing and is trusted."""

import json
import socket
from dataclasses import dataclass, replace
from typing import Literal

from opsec.sandbox.protocol import LENGTH_PREFIX, InvalidMessageError, Request, decode_request

MAX_TASK_DESCRIPTORS = 3
"""A worker's socket, the file to read, and the file to write."""


# ── requests of the parent ────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class StartRequest:
    """Fork a worker for this task; the descriptors sent with the frame are its socket and its files."""

    task: Request
    verb: Literal["start"] = "start"


@dataclass(frozen=True, slots=True)
class EndRequest:
    """End a worker, whether it has finished or not."""

    pid: int
    verb: Literal["end"] = "end"


# ── replies of the template ───────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class TemplateReady:
    """The template has loaded everything; sent once, before the first request."""

    threads: int
    missing: tuple[str, ...]
    """Parts of the lock that this machine does not have."""
    reply: Literal["template_ready"] = "template_ready"


@dataclass(frozen=True, slots=True)
class WorkerStarted:
    """The reply to ``StartRequest``."""

    pid: int
    """0: no process could be forked."""
    reply: Literal["worker_started"] = "worker_started"


@dataclass(frozen=True, slots=True)
class WorkerEnded:
    """The reply to ``EndRequest``."""

    status: int
    """Exit status; negative: the signal that ended it."""
    cpu_s: float
    """Processor time that it used."""
    reply: Literal["worker_ended"] = "worker_ended"


TemplateReply = TemplateReady | WorkerStarted | WorkerEnded
_REPLIES = {"template_ready": TemplateReady, "worker_started": WorkerStarted, "worker_ended": WorkerEnded}


def receive_request(control: socket.socket) -> tuple[StartRequest | EndRequest, list[int]] | None:
    """Return the next request and its descriptors, or None when the parent has closed the socket."""
    header, files, _, _ = socket.recv_fds(control, LENGTH_PREFIX.size, MAX_TASK_DESCRIPTORS)
    if len(header) < LENGTH_PREFIX.size:
        return None
    (length,) = LENGTH_PREFIX.unpack(header)
    body = control.recv(length, socket.MSG_WAITALL)
    if len(body) < length:
        return None
    asked = json.loads(body)
    request = EndRequest(asked["pid"]) if asked["verb"] == "end" else StartRequest(decode_request(asked["task"]))
    return request, files


def decode_template_reply(body: bytes) -> TemplateReply:
    """Decode a reply of the template.

    Raises
    ------
    InvalidMessageError
        It is none, because another program was started or the template broke.
    """
    try:
        given = json.loads(body)
        reply: TemplateReply = _REPLIES[given["reply"]](**given)
    except (ValueError, TypeError, KeyError) as fault:
        raise InvalidMessageError(type(fault).__name__) from fault
    return replace(reply, missing=tuple(reply.missing)) if isinstance(reply, TemplateReady) else reply
