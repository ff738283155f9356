"""Life cycle of the console: one socket on 127.0.0.1, the one-time address, and the end on Ctrl-C."""

import contextlib
import logging
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from opsec.console.basemaps import load_basemaps
from opsec.console.failures import EXCEPTION_HANDLERS
from opsec.console.guard import ENTRY, RequestGuard
from opsec.console.routes import make_routes
from opsec.console.state import ConsoleState
from opsec.errors import UsageError
from opsec.i18n.messages import _
from opsec.model import Site
from opsec.reports.atomic_write import write_atomically
from opsec.settings import Settings

LOOPBACK = "127.0.0.1"
MAX_SHUTDOWN_S = 1
"""How long requests that are being answered may take after Ctrl-C."""
MAX_PORT = 65_535
MAX_CONNECTIONS = 64
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""The last one when the terminal is closed."""
LOG_NOTHING = logging.CRITICAL + 1
IDLE_S = 30
"""After this time without a request a connection is closed."""


def make_app(console: ConsoleState) -> ASGIApp:
    """Return the application for one console, with every check around its pages."""
    app = Starlette(routes=make_routes(), exception_handlers=EXCEPTION_HANDLERS)
    app.router.redirect_slashes = False  # a redirect would repeat the host and the path of the request
    app.state.console = console
    return RequestGuard(app, console)


def listen(port: int) -> socket.socket:
    """Open the socket of the console; port 0: a free port.

    Raises
    ------
    UsageError
        The port is in use, this account may not use it, or there is no such port.
    """
    if not 0 <= port <= MAX_PORT:
        raise UsageError(_("{port} is not a port; ports end at {last}", port=str(port), last=str(MAX_PORT)))
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((LOOPBACK, port))
        made.listen(MAX_CONNECTIONS)
    except OSError as error:
        made.close()
        raise UsageError(
            _(
                "port {port} of this machine cannot be used ({error}); give another one, or leave --port out",
                port=str(port),
                error=error.strerror or type(error).__name__,
            )
        ) from error
    return made


def serve(  # noqa: PLR0913 - all parts of a console
    *,
    case: str,
    sites: Sequence[Site],
    settings: Settings,
    sites_folder: str | None = None,
    port: int = 0,
    url_file: Path | None = None,
    open_browser: bool = True,
    announce: Callable[[str, bool], None],
) -> None:
    """Serve the console until Ctrl-C, SIGTERM or SIGHUP.

    Parameters
    ----------
    case
        Existing case file (path or database URL).
    sites, sites_folder
        The officer's sites, and the folder from which they were loaded.
    settings
        Of the run; its basemaps are loaded before the console answers.
    port
        Port to listen on; 0: a free one.
    url_file
        File for the one-time address, mode 0600; it is removed at the end.
    open_browser
        Whether to open the officer's browser.
    announce
        Called before the console answers: with the one-time address, and whether a browser is being opened.

    Raises
    ------
    UsageError, OutputError
        The port cannot be used, or the file cannot be written.
    SettingsError, SitesError
        A basemap cannot be used.
    """
    basemaps = load_basemaps(settings.review.basemaps, settings.home)
    with contextlib.closing(listen(port)) as listener:
        console = ConsoleState(
            case=case,
            sites=tuple(sites),
            settings=settings,
            sites_folder=sites_folder,
            basemaps=basemaps,
            port=listener.getsockname()[1],
        )
        address = f"http://{LOOPBACK}:{console.port}{ENTRY}?token={console.session.one_time_token}"
        with _address_file(url_file, address):
            announce(address, open_browser)
            if open_browser:
                # A browser in the terminal would otherwise keep the console from answering it.
                threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
            make_server(make_app(console)).run(sockets=[listener])


@contextlib.contextmanager
def _address_file(file: Path | None, address: str) -> Iterator[None]:
    if file is None:
        yield
        return
    written = f"{address}\n".encode()
    write_atomically(file, written)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # removed or replaced by somebody else: not ours any more
            if file.read_bytes() == written:
                file.unlink()


class QuietServer(uvicorn.Server):
    """A server that a signal ends as its user wants it to: without raising the signal again afterwards."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle the signals that end the console while the block runs; a thread of a test handles none."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in ENDING_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def make_server(app: ASGIApp) -> QuietServer:
    """Return the server of the console. It logs nothing: addresses name accounts and clips."""
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level=LOG_NOTHING,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MAX_CONNECTIONS,
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=MAX_SHUTDOWN_S,
    )
    return QuietServer(config)
