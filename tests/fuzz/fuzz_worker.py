"""The process in which inputs are read: one line to stdout for each, and a memory cap.

Before them comes a line when it is ready, which it is not where a good file is refused.

Arguments: folder of seeds, number of the seed, first input, number of inputs, a folder to work in.
"""

import os
import random
import sys
import warnings
from pathlib import Path

from mutation import mutated
from peak_memory import peak_mib
from targets import Sandbox

from lesion_viewer.system.child_pool import end_children

MEMORY_BYTES = 2**30
# Every fourth input is one of hypothesis'.
STRUCTURED_EVERY = 4


def input_of(seeds: Path, number: int, index: int) -> tuple[str, bytes]:
    """The target and the bytes of one input; the same for the same numbers."""
    rng = random.Random(f"{number} {index}")
    structured = sorted((seeds / "structured").iterdir())
    if structured and index % STRUCTURED_EVERY == 0:
        path = structured[index // STRUCTURED_EVERY % len(structured)]
        return path.name.partition("-")[2], path.read_bytes()
    targets = sorted(p.name for p in seeds.iterdir() if p.name != "structured")
    target = rng.choice([*targets, "dicom", "dicom", "folder"])
    files = sorted((seeds / target).iterdir())
    others = [path.read_bytes() for path in files]
    return target, mutated(rng.choice(others), others, rng)


def _cap_memory() -> None:
    """Let this process take up so much more than it does now."""
    try:
        import resource
    except ImportError:  # Windows
        return
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def main(seeds: Path, number: int, first: int, count: int, folder: Path) -> None:
    """Read the inputs from ``first`` up to ``count``."""
    answering = os.fdopen(os.dup(1), "w", encoding="utf-8")
    with open(os.devnull, "w", encoding="utf-8") as nothing:  # what ITK prints is no answer
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
    warnings.simplefilter("ignore")
    sandbox = Sandbox(folder, seeds)
    for capped in (False, True):  # what is imported on first use does not count
        for path in sorted(seeds.glob("*/*")):
            if path.parent.name != "structured":
                answer = sandbox.run(path.parent.name, path.read_bytes())
                assert answer == "", f"the good file {path} is refused: {answer}"
        if not capped:
            end_children()  # those that are started from here on inherit the cap
            _cap_memory()
    print("ready", file=answering, flush=True)
    for index in range(first, count):
        target, data = input_of(seeds, number, index)
        try:
            answer = "refused" if sandbox.run(target, data) else "read"
        except BaseException as error:
            answer = f"crash {type(error).__name__}: {error}".replace("\n", " ")
        print(index, target, peak_mib(), answer, sep="\t", file=answering, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5]))
