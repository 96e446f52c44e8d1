"""A slice of ``make fuzz``, and that it would notice what it looks for."""

import random
import subprocess
import sys
from pathlib import Path

import pytest
from fuzz import fuzz
from fuzz_worker import input_of
from mutation import mutated
from seeds import write_seeds
from targets import TARGETS, Sandbox

from lesion_viewer.errors import LesionViewerError

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz") / "seeds"
    write_seeds(folder)
    (folder / "structured").mkdir()
    return folder


@pytest.fixture
def sandbox(tmp_path, seeds):
    return Sandbox(tmp_path / "sandbox", seeds)


def test_every_seed_is_a_good_file(seeds, sandbox):
    assert {p.name for p in seeds.iterdir()} == {*TARGETS, "structured"}
    for target in TARGETS:
        for path in (seeds / target).iterdir():
            assert sandbox.run(target, path.read_bytes()) == "", path


def test_the_same_seed_gives_the_same_inputs(seeds):
    assert [input_of(seeds, 3, n) for n in range(20)] == [input_of(seeds, 3, n) for n in range(20)]
    assert input_of(seeds, 3, 1) != input_of(seeds, 4, 1)


def test_mutations_change_most_inputs():
    data = bytes(range(256)) * 8
    changed = [mutated(data, [data], random.Random(n)) for n in range(100)]
    assert len(set(changed)) > 80


def test_a_refusal_in_two_lines_or_none_would_be_noticed(sandbox, monkeypatch):
    class Rude(LesionViewerError):
        def __str__(self) -> str:
            return "two\nlines"

    def refuse(_: Sandbox, data: bytes) -> None:
        raise Rude

    monkeypatch.setitem(TARGETS, "dicom", refuse)
    with pytest.raises(AssertionError, match="not one clear line"):
        sandbox.run("dicom", b"")


def test_a_file_written_outside_would_be_noticed(sandbox, monkeypatch):
    monkeypatch.setitem(
        TARGETS, "dicom", lambda s, data: (s.work.parent / "outside/x").write_bytes(data) and None
    )
    with pytest.raises(AssertionError, match="written outside"):
        sandbox.run("dicom", b"x")


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from Linux' /proc")
def test_the_peak_of_a_worker_is_its_own_not_that_of_the_process_that_starts_it():
    ours = bytearray(b"x") * (512 << 20)
    code = "from peak_memory import peak_mib; print(peak_mib())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=HERE, check=True)
    assert 0 < int(run.stdout) < len(ours) >> 20


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_slice_of_the_fuzzing_ends_without_crash_or_hang(tmp_path):
    summary = fuzz(300, 11, tmp_path)
    assert summary.crashes == summary.hangs == []
    assert sum(summary.answers.values()) == 300
    assert {target for target, _ in summary.answers} == set(TARGETS)
    assert 0 < summary.peak_mib < 2048
