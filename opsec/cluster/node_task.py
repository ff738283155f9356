"""The task that a machine of the cluster runs: open one file of the shared folder, check its hash, and read it.

The file is read by a locked process of its own there, as on one machine. Neither sites nor the case file are sent.
"""

import atexit
import threading
from dataclasses import dataclass

from opsec.i18n.reasons import make_reason
from opsec.ingest.source import CannotOpenError, FileSource
from opsec.model import FileKind, Reading, Reason
from opsec.model.resources import ReaderResources
from opsec.readers.registry import configured_readers, readers_version
from opsec.sandbox.protocol import LENGTH_PREFIX, encode_reading
from opsec.sandbox.supervisor import Supervisor
from opsec.settings import Limits

_SUPERVISORS = threading.local()
"""One for each thread of the Dask worker: its templates stay warm between tasks."""


@dataclass(frozen=True, slots=True)
class ReadOrder:
    """One file to read."""

    path: str
    """The same on every machine: a shared folder."""
    sha256: str
    kind: FileKind
    limits: str
    """``Limits`` as JSON."""
    resources: str
    """``ReaderResources.to_argument()``."""
    readers: str
    """Version of the readers of the machine that asks (``readers_version``)."""


def read_file(order: ReadOrder) -> bytes:
    """Return the reading of a file as the JSON of a ``ReadResult``; what prevents it is a reason in the reading."""
    limits = Limits.model_validate_json(order.limits)
    resources = ReaderResources.from_argument(order.resources)
    reading = _read(order, limits, resources)
    return encode_reading(reading, limits.reply_mib << 20)[LENGTH_PREFIX.size :]


def _read(order: ReadOrder, limits: Limits, resources: ReaderResources) -> Reading:
    if readers_version(configured_readers(resources)) != order.readers:
        return _unread(make_reason("node_version"))
    try:
        # The name alone decides between text formats, so the kind found by the asking machine is kept.
        file = FileSource(order.path, order.path).open(limits)
    except CannotOpenError as trouble:
        return _unread(make_reason("node_file") if trouble.reason.code == "missing" else trouble.reason)
    with file:
        if file.sha256 != order.sha256:
            return _unread(make_reason("node_file"))
        file.kind = order.kind
        return _supervisor(limits, resources).read(file)


def _supervisor(limits: Limits, resources: ReaderResources) -> Supervisor:
    known: dict[tuple[Limits, ReaderResources], Supervisor] = _SUPERVISORS.__dict__.setdefault("known", {})
    key = (limits, resources)
    if key not in known:
        known[key] = supervisor = Supervisor(limits.model_copy(update={"workers": 1}), resources=resources)
        atexit.register(supervisor.__exit__, None, None, None)
    return known[key]


def _unread(why: Reason) -> Reading:
    return Reading(status="unread", reasons=(why,), checks={"metadata": "failed"})
