"""Libraries of wheels are named with their licences, and known-old ones with the reason."""

from pathlib import Path

import pytest

from opsec.runtime.bundled_libraries import UNKNOWN, libraries_in, table_date


def made(folder: Path, package: str, name: str, content: bytes = b"") -> None:
    libs = folder / f"{package}.libs"
    libs.mkdir(exist_ok=True)
    (libs / name).write_bytes(content)


@pytest.mark.parametrize(
    ("file", "name", "version", "licence", "is_gpl", "is_old"),
    [
        ("libx264-d6533a8d.so.165", "x264", "165", "GPL-2.0-or-later", True, False),
        ("libcrypto-5409cd36.so.1.1.1k", "OpenSSL", "1.1.1k", "OpenSSL", False, True),
        ("libcrypto-3a0647ea.so.3", "OpenSSL", "3", "Apache-2.0", False, False),
        ("libcrypt-bc2db45e.so.1", "libxcrypt", "1", "LGPL-2.1-or-later", False, False),
        ("libwebp-78a6964e.so.7.0.2", "libwebp", "7.0.2", "BSD-3-Clause", False, True),
        ("libwebp-51b0b3f7.so.7.2.0", "libwebp", "7.2.0", "BSD-3-Clause", False, False),
        ("libwebp-51b0b3f7.so.7.1.10", "libwebp", "7.1.10", "BSD-3-Clause", False, False),
        ("libwebpmux-489e612a.so.3.0.2", "libwebp", "3.0.2", "BSD-3-Clause", False, False),
        ("libgfortran-040039e1-0352e75f.so.5.0.0", "GCC runtime", "5.0.0", None, False, False),
        ("libgmp-8c6c054f.so.10.5.0", "GMP", "10.5.0", None, False, False),
        ("libscipy_openblas64_-32a4b2a6.so", "OpenBLAS", "", "BSD-3-Clause", False, False),
        ("libnobody-12345678.so.1", "libnobody", "1", UNKNOWN, False, False),
    ],
)
def test_a_library_is_known_by_its_file_name(  # noqa: PLR0917 - a row of the table
    tmp_path: Path, file: str, name: str, version: str, licence: str | None, is_gpl: bool, is_old: bool
) -> None:
    made(tmp_path, "media", file)
    (found,) = libraries_in(tmp_path)
    assert (found.package, found.name, found.version) == ("media", name, version)
    assert licence in {None, found.licence}
    assert (found.is_gpl, found.old is not None) == (is_gpl, is_old)


@pytest.mark.parametrize(
    ("words", "licence", "is_gpl"),
    [
        (b"\0libavcodec license: GPL version 3 or later\0", "GPL-3.0-or-later", True),
        (b"\0libavcodec license: LGPL version 2.1 or later\0", "LGPL-2.1-or-later", False),
        (b"\0nothing\0", "LGPL-2.1-or-later", False),
    ],
)
def test_ffmpeg_states_its_own_licence(tmp_path: Path, words: bytes, licence: str, is_gpl: bool) -> None:
    made(tmp_path, "av", "libavcodec-5e6b81c2.so.62.28.102", words)
    (found,) = libraries_in(tmp_path)
    assert (found.licence, found.is_gpl) == (licence, is_gpl)


def test_other_files_are_no_libraries(tmp_path: Path) -> None:
    made(tmp_path, "a", "README.txt")
    (tmp_path / "b").mkdir()
    assert list(libraries_in(tmp_path)) == []


def test_the_table_has_a_day() -> None:
    assert len(table_date()) == 10
