"""Read files on a Dask cluster: the same interface as the supervisor of this machine.

Files on a shared folder are read by the cluster; members of archives, which exist only on this machine, are read here.
Replies are checked against the bounds of their records, as those of a local worker process are.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from opsec.cluster.address import ClusterAddress
from opsec.cluster.node_task import ReadOrder, read_file
from opsec.errors import ClusterError
from opsec.i18n.messages import _
from opsec.i18n.reasons import make_reason
from opsec.i18n.safe_text import escape_unsafe
from opsec.ingest.source import OpenFile
from opsec.model import Reading
from opsec.model.resources import ReaderResources
from opsec.sandbox.protocol import InvalidMessageError, ReadResult, decode_reply
from opsec.sandbox.supervisor import Supervisor
from opsec.sandbox.task_outcomes import unread_reading
from opsec.settings import Limits

if TYPE_CHECKING:
    from distributed import Client, Future

K = TypeVar("K")
_CONNECT_S = 20
_FILES_PER_THREAD = 2
"""Files that wait or are read, for each thread of the cluster: so many are open here at a time."""
_MIN_FILES = 4
_RETRIES = 1


class ClusterReader:
    """Reads files on the cluster. It is made by ``connect``."""

    def __init__(
        self, client: "Client", here: Supervisor, limits: Limits, resources: ReaderResources, readers: str
    ) -> None:
        """Submit nothing yet.

        Parameters
        ----------
        client
            Connected; it stays open.
        here
            Reads the files that the cluster cannot open.
        limits, resources
            Of the scan.
        readers
            Version of the readers (``readers_version``); another machine with another version reads nothing.
        """
        self._client = client
        self._here = here
        self._limits = limits
        self._resources = resources
        self._readers = readers
        self._submitted = 0

    def read_all(self, files: Iterable[tuple[K, OpenFile | Reading]]) -> Iterator[tuple[K, Reading]]:
        """Yield the reading of every file as it is finished; as ``Supervisor.read_all``.

        A task whose machine ends is given to another one by the scheduler; after that its file is reported as unread.
        """
        from distributed import wait

        waiting: dict[Future, tuple[K, OpenFile]] = {}
        source, more = iter(files), True
        try:
            while more or waiting:
                while more and len(waiting) < self._most_files():
                    taken = next(source, None)
                    if taken is None:
                        more = False
                    elif isinstance(known := self._submit_or_read(taken[1]), Reading):
                        yield taken[0], known
                    else:
                        assert isinstance(taken[1], OpenFile)
                        waiting[known] = (taken[0], taken[1])
                if not waiting:
                    continue
                for future in wait(list(waiting), return_when="FIRST_COMPLETED").done:
                    key, file = waiting.pop(future)
                    reading = self._reading_of(future, file)
                    file.close()
                    yield key, reading
        finally:
            self._client.cancel(list(waiting))
            for _key, file in waiting.values():
                file.close()

    def _most_files(self) -> int:
        threads: int = sum(self._client.nthreads().values())
        return max(_MIN_FILES, _FILES_PER_THREAD * threads)

    def _submit_or_read(self, file: OpenFile | Reading) -> "Reading | Future":
        if isinstance(file, Reading):
            return file
        if file.os_path is None:
            with file:
                return self._here.read(file)
        order = ReadOrder(
            path=file.os_path,
            sha256=file.sha256,
            kind=file.kind,
            limits=self._limits.model_dump_json(),
            resources=self._resources.to_argument(),
            readers=self._readers,
        )
        self._submitted += 1
        # The number keeps two files with the same content apart; the case file has one row for both.
        name = f"opsec-{file.sha256[:16]}-{self._submitted}"
        return self._client.submit(read_file, order, key=name, retries=_RETRIES, pure=False)

    def _reading_of(self, future: "Future", file: OpenFile) -> Reading:
        if file.changed():
            return unread_reading(file.kind, make_reason("changed"), self._resources)
        error = future.exception()
        if error is not None:
            return unread_reading(file.kind, make_reason("node_ended", error=type(error).__name__), self._resources)
        body: Any = future.result()
        try:
            reply = decode_reply(body) if isinstance(body, bytes) else None
        except InvalidMessageError:
            reply = None
        if not isinstance(reply, ReadResult):
            return unread_reading(file.kind, make_reason("bad_reply"), self._resources)
        codes = {reason.code for reason in reply.reading.reasons}
        if codes & {"node_version", "node_file"}:
            return unread_reading(file.kind, reply.reading.reasons[0], self._resources)
        return reply.reading


@contextmanager
def connect(
    address: ClusterAddress, here: Supervisor, limits: Limits, resources: ReaderResources, readers: str
) -> Iterator[ClusterReader]:
    """Connect to a scheduler, and close the connection afterwards.

    Raises
    ------
    ClusterError
        The extra is not installed, or the scheduler does not answer, refuses this machine, or has no workers.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError(_("the engine dask is not installed; run pip install 'opsec[cluster]'")) from error
    shown = escape_unsafe(address.url, limit=100)
    try:
        client = Client(address.url, security=address.security(), timeout=_CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError, RuntimeError) as error:
        raise ClusterError(
            _(
                "no scheduler answers at {address} ({error}); check that it runs and that its certificate is valid",
                address=shown,
                error=type(error).__name__,
            )
        ) from error
    with client, client.as_current():
        if not client.nthreads():
            raise ClusterError(
                _("the scheduler at {address} has no workers; start one with dask worker", address=shown)
            )
        yield ClusterReader(client, here, limits, resources, readers)
