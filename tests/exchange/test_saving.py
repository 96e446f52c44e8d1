import os
import stat
import sys
from pathlib import Path
from unittest import mock

import pytest

from lesion_viewer.errors import ExchangeError
from lesion_viewer.system.atomic_files import save_bytes


def test_the_content_is_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.csv"
    save_bytes(path, b"old")
    save_bytes(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    save_bytes(path, b"old")
    full = OSError(28, "No space left on device")
    with (
        mock.patch("os.fsync", side_effect=full),
        pytest.raises(ExchangeError, match=r"a\.csv: cannot be written \(No space left"),
    ):
        save_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_the_way_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(ExchangeError, match=r"a\.csv: cannot be written"):
        save_bytes(tmp_path / "a.csv", b"new")
    with pytest.raises(ExchangeError, match="cannot be written"):
        save_bytes(Path("."), b"new")


@pytest.mark.skipif(sys.platform == "win32", reason="no such rights here")
def test_others_may_read_it_as_any_new_file(tmp_path: Path) -> None:
    former = os.umask(0o022)
    try:
        save_bytes(tmp_path / "a.csv", b"new")
    finally:
        os.umask(former)
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o644


def test_what_reads_otherwise_than_it_was_written_replaces_nothing(tmp_path: Path) -> None:
    """A disk that forgets the end of a file, and says nothing."""
    path = tmp_path / "a.csv"
    save_bytes(path, b"old")
    with (
        mock.patch("os.fsync", side_effect=lambda descriptor: os.truncate(descriptor, 2)),
        pytest.raises(ExchangeError, match=r"a\.csv: cannot be written \(what was written reads"),
    ):
        save_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_synced_before_it_gets_its_name_and_the_name_after(tmp_path: Path) -> None:
    """The order that leaves the old or the new file, whenever the power goes."""
    done: list[str] = []
    sync, replace = os.fsync, os.replace

    def note_sync(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        done.append("folder synced" if is_folder else "file synced")
        sync(descriptor)

    def note_replace(source: Path, target: Path) -> None:
        done.append("renamed")
        replace(source, target)

    with mock.patch("os.fsync", note_sync), mock.patch("os.replace", note_replace):
        save_bytes(tmp_path / "a.csv", b"new")
    assert done[:2] == ["file synced", "renamed"]
    assert done[2:] == ([] if sys.platform == "win32" else ["folder synced"])
