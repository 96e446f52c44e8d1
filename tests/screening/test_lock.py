"""One run at a time writes into a folder of results."""

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from platform import node

import pytest

from lesion_viewer.errors import ExchangeError
from lesion_viewer.screening import lock
from lesion_viewer.screening.lock import RUNNING, alone_in

HOLD = """
import sys, time
from pathlib import Path
from lesion_viewer.screening.lock import alone_in
with alone_in(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def held_by_another_process(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    return process


def mark(folder: Path, **said: object) -> None:
    (folder / RUNNING).write_text(json.dumps({"since": "2026-01-02T03:04:05+00:00", **said}))


def test_a_second_run_is_refused_until_the_first_is_killed(tmp_path: Path) -> None:
    first = held_by_another_process(tmp_path)
    with (
        pytest.raises(ExchangeError, match=f"process {first.pid} on {node()} since"),
        alone_in(tmp_path),
    ):
        pass
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert (tmp_path / RUNNING).exists(), "the killed run leaves its mark"
    with alone_in(tmp_path):
        pass
    assert not (tmp_path / RUNNING).exists()


def test_a_run_of_another_machine_is_left_alone_until_its_mark_is_deleted(tmp_path: Path) -> None:
    mark(tmp_path, host="elsewhere", pid=77)
    said = "process 77 on elsewhere since 2026-01-02T03:04:05.*delete running.json"
    with pytest.raises(ExchangeError, match=said), alone_in(tmp_path):
        pass
    (tmp_path / RUNNING).unlink()
    with alone_in(tmp_path):
        pass


def test_a_mark_that_says_nothing_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / RUNNING).write_text("")
    with pytest.raises(ExchangeError, match="delete running.json"), alone_in(tmp_path):
        pass


def without_locks(*_: object) -> None:
    """A file system that knows no locks."""
    raise OSError(errno.ENOSYS, "Function not implemented")


def test_without_locks_a_dead_process_is_told_by_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "FileLock", without_locks)
    other = held_by_another_process(tmp_path / "..")
    try:
        mark(tmp_path, host=node(), pid=other.pid)
        with pytest.raises(ExchangeError, match=f"process {other.pid}"), alone_in(tmp_path):
            pass
    finally:
        other.kill()
        other.wait()
    with alone_in(tmp_path):
        assert json.loads((tmp_path / RUNNING).read_text())["host"] == node()


def test_a_full_disk_leaves_no_mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(ExchangeError, match="No space left on device"), alone_in(tmp_path):
        pass
    assert not (tmp_path / RUNNING).exists()
