"""Exports to a disk that is full or read-only: the old file stays, and no litter."""

from pathlib import Path

import pytest

from lesion_viewer.errors import ExchangeError
from lesion_viewer.system.atomic_files import save_bytes
from tests.disks import fill, make_read_only


def test_an_export_to_a_full_disk_leaves_the_old_file_and_no_litter(small_disk: Path) -> None:
    save_bytes(small_disk / "a.csv", b"old")
    filler = fill(small_disk)
    with pytest.raises(ExchangeError, match=r"a\.csv: cannot be written \(No space left"):
        save_bytes(small_disk / "a.csv", b"new" * 5000)
    assert (small_disk / "a.csv").read_bytes() == b"old"
    assert set(small_disk.iterdir()) == {filler, small_disk / "a.csv"}


def test_an_export_to_a_read_only_disk_is_one_line(small_disk: Path) -> None:
    save_bytes(small_disk / "a.csv", b"old")
    make_read_only(small_disk)
    with pytest.raises(ExchangeError, match=r"a\.csv: cannot be written \(Read-only file system"):
        save_bytes(small_disk / "a.csv", b"new")
    assert (small_disk / "a.csv").read_bytes() == b"old"
