"""Addresses of schedulers: no other machine is contacted without TLS and certificates."""

from pathlib import Path

import pytest

from opsec.cluster.address import parse_address
from opsec.errors import UsageError
from opsec.settings import ClusterSettings


@pytest.fixture
def files(tmp_path: Path) -> ClusterSettings:
    paths = {name: tmp_path / f"{name}.pem" for name in ("ca", "cert", "key")}
    for path in paths.values():
        path.write_text("pem")
    return ClusterSettings(**{name: str(path) for name, path in paths.items()})


@pytest.mark.parametrize("text", ["tcp://127.0.0.1:8786", "tcp://localhost:8786", "tcp://[::1]:8786"])
def test_a_scheduler_on_this_machine_needs_no_certificate(text: str) -> None:
    address = parse_address(text, ClusterSettings())
    assert (address.url, address.encrypted, address.security()) == (text, False, None)


@pytest.mark.parametrize("text", ["tls://10.0.0.5:8786", "tls://node.example:8786", "tls://127.0.0.1:8786"])
def test_another_machine_needs_tls_and_all_three_files(text: str, files: ClusterSettings) -> None:
    assert parse_address(text, files).encrypted
    for missing in ("ca", "cert", "key"):
        with pytest.raises(UsageError, match=missing):
            parse_address(text, files.model_copy(update={missing: None}))
        with pytest.raises(UsageError, match=missing):
            parse_address(text, files.model_copy(update={missing: "no-such-file.pem"}))


@pytest.mark.parametrize("text", ["tcp://10.0.0.5:8786", "tcp://node.example:8786", "tcp://localhost.example:8786"])
def test_another_machine_without_tls_is_refused(text: str, files: ClusterSettings) -> None:
    with pytest.raises(UsageError, match="another machine"):
        parse_address(text, files)


@pytest.mark.parametrize(
    "text",
    ["", "node", "tls://", "tls://node", "tls://node:port", "http://127.0.0.1:1", "ws://127.0.0.1:1", "tcp://[::"],
)
def test_anything_else_is_no_address(text: str, files: ClusterSettings) -> None:
    with pytest.raises(UsageError, match="not an address"):
        parse_address(text, files)
