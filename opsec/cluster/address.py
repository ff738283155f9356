"""Address of a Dask scheduler, and the certificates without which no other machine is contacted."""

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from opsec.errors import UsageError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import escape_unsafe
from opsec.settings import ClusterSettings

if TYPE_CHECKING:
    from distributed import Security


@dataclass(frozen=True, slots=True)
class ClusterAddress:
    """A scheduler that may be contacted."""

    url: str
    encrypted: bool
    files: ClusterSettings

    def security(self) -> "Security | None":
        """Return the certificates of both sides, or None for an unencrypted scheduler on this machine."""
        if not self.encrypted:
            return None
        from distributed import Security

        files: dict[str, Any] = {
            "tls_ca_file": self.files.ca,
            "tls_client_cert": self.files.cert,
            "tls_client_key": self.files.key,
        }
        return Security(require_encryption=True, **files)


def parse_address(text: str, files: ClusterSettings) -> ClusterAddress:
    """Return the scheduler at an address: ``tls://HOST:PORT``, or ``tcp://`` with a loopback address.

    Parameters
    ----------
    text
        As the officer wrote it.
    files
        Certificates (PEM) of the certification authority and of this machine, and the key of the latter.

    Raises
    ------
    UsageError
        It is no such address, another machine is to be contacted without TLS, or a certificate is missing.
    """
    try:
        parts = urlsplit(text)
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        scheme, host, port = "", None, None
    shown = escape_unsafe(text, limit=100)
    if scheme not in {"tls", "tcp"} or not host or port is None:
        raise UsageError(_("{address} is not an address of a scheduler; write it as tls://HOST:8786", address=shown))
    if scheme == "tcp":
        if not _is_loopback(host):
            raise UsageError(
                _("{address} is on another machine; use tls:// and set ca, cert and key under [cluster]", address=shown)
            )
        return ClusterAddress(text, encrypted=False, files=files)
    for key, path in (("ca", files.ca), ("cert", files.cert), ("key", files.key)):
        if path is None or not Path(path).is_file():
            raise UsageError(
                _("{key} under [cluster] names no file; tls:// needs ca, cert and key (PEM files)", key=key)
            )
    return ClusterAddress(text, encrypted=True, files=files)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
