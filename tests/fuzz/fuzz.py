"""Fuzzing of all readers: ``python tests/fuzz/fuzz.py --inputs 10000 --seed 1``.

Inputs come from good files (``seeds``), changed in their bytes (``mutation``) or drawn by
hypothesis (``structured``). A worker reads them one by one. An input passes where it is read or
refused in one clear line; it fails where anything else is raised, where the worker dies, where
it takes over ``HANG_S`` seconds, or where something is written outside of the input's own folder.
"""

import argparse
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from fuzz_worker import MEMORY_BYTES, STRUCTURED_EVERY, input_of
from seeds import SERIES_UID, write_seeds
from structured import examples

HANG_S = 5.0
START_S = 120.0


@dataclass
class Summary:
    """What became of the inputs.

    Attributes
    ----------
    answers : (target, "read" or "refused") -> how many
    crashes, hangs : one line for each, with the input's number
    peak_mib : resident memory of a worker at its highest
    """

    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)
    peak_mib: int = 0

    def lines(self, seconds: float) -> list[str]:
        """The summary as it is printed."""
        targets = sorted({target for target, _ in self.answers})
        table = [
            f"  {target:10} {self.answers[target, 'read']:6} read"
            f" {self.answers[target, 'refused']:6} refused"
            for target in targets
        ]
        total = sum(self.answers.values()) + len(self.crashes) + len(self.hangs)
        return [
            *table,
            *self.crashes,
            *self.hangs,
            f"{total} inputs in {seconds:.0f} s: {len(self.crashes)} crashes,"
            f" {len(self.hangs)} hangs over {HANG_S:.0f} s; peak {self.peak_mib} MiB resident,"
            f" capped at {MEMORY_BYTES >> 20} MiB over the start",
        ]


def fuzz(inputs: int, number: int, folder: Path) -> Summary:
    """Read ``inputs`` inputs of the seed ``number``; ``folder`` is for the files of the run."""
    seeds = folder / "seeds"
    write_seeds(seeds)
    (seeds / "structured").mkdir()
    drawn = examples(seeds, SERIES_UID, -(-inputs // STRUCTURED_EVERY), number)
    for n, (target, data) in enumerate(drawn):
        (seeds / "structured" / f"{n:06}-{target}").write_bytes(data)
    summary, first, run = Summary(), 0, 0
    while first < inputs:
        first = _watch(seeds, number, first, inputs, folder / f"run{run}", summary)
        run += 1
    return summary


def _watch(
    seeds: Path, number: int, first: int, inputs: int, folder: Path, summary: Summary
) -> int:
    """Follow one worker until it is done, dead or stopped; the input that comes after it."""
    worker = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("fuzz_worker.py")), str(seeds), str(number),
         str(first), str(inputs), str(folder)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    assert worker.stdout is not None and worker.stderr is not None
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_forward, args=(worker.stdout, lines), daemon=True).start()
    index = first
    try:
        if lines.get(timeout=START_S) != "ready\n":
            raise RuntimeError("the worker does not start: is a seed no good file any more?")
        while index < inputs:
            try:
                line = lines.get(timeout=HANG_S)
            except queue.Empty:
                summary.hangs.append(_name(seeds, number, index) + " hangs")
                return index + 1
            if not line:
                status = worker.wait()
                summary.crashes.append(_name(seeds, number, index) + f" ends it: {status}")
                return index + 1
            _, target, peak, answer = line.rstrip("\n").split("\t", 3)
            summary.peak_mib = max(summary.peak_mib, int(peak))
            if answer.startswith("crash"):
                summary.crashes.append(f"{_name(seeds, number, index)} {answer}")
            else:
                summary.answers[target, answer] += 1
            index += 1
        return index
    finally:
        worker.kill()
        worker.wait()


def _forward(stream: IO[str], lines: "queue.Queue[str]") -> None:
    for line in stream:
        lines.put(line)
    lines.put("")


def _name(seeds: Path, number: int, index: int) -> str:
    target, data = input_of(seeds, number, index)
    return f"input {index} of seed {number} ({target}, {len(data)} bytes)"


def main() -> int:
    """Fuzz, print the summary; 1 where an input failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        summary = fuzz(options.inputs, options.seed, Path(folder))
    print("\n".join(summary.lines(time.monotonic() - start)))
    return 1 if summary.crashes or summary.hangs else 0


if __name__ == "__main__":
    sys.exit(main())
