"""Slices to learn from, out of shards: each shard is rendered once, when its first is wanted."""

import os
import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.errors import TrainingError
from lesion_viewer.system.file_lock import FileLock

from ..shards.reading import Shards
from .rendered_slices import CachedSlices, Sample, cached_slices

MOST_OPEN = 256
"""Rendered shards that a process holds open."""

POLL_S = 0.05
HELD = OSError if os.name == "nt" else BlockingIOError
"""What a lock that another process holds raises."""


class ShardedSlices(Sequence[Sample]):
    """Samples of shards, which are fetched, verified and rendered into the cache as they are asked.

    Parameters
    ----------
    shards : Shards
        Where the scans come from.
    definition : InputDefinition
        How a slice and its neighbours become the model's input.
    cache : Path
        Folder of rendered slices, which processes share; made where it does not exist.
    part : str
        What the slices are for; the files' names begin with it.
    only_with_lesion : bool
        Whether slices without a lesion are left out.
    """

    def __init__(
        self,
        shards: Shards,
        definition: InputDefinition,
        cache: Path,
        part: str,
        only_with_lesion: bool,
    ) -> None:
        self._shards, self._definition = shards, definition
        self._cache, self._part = cache, part
        self._kept = [
            [i for i, lesions in enumerate(entry.lesions) if lesions or not only_with_lesion]
            for entry in shards.entries
        ]
        self._ends = list(accumulate(map(len, self._kept)))
        self._open: dict[int, CachedSlices] = {}

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __getitem__(self, index: int) -> Sample:  # type: ignore[override]
        """The sample with an index, from 0, in the order of the scans."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        shard = bisect_right(self._ends, index)
        kept = self._kept[shard]
        return self._rendered(shard)[kept[index - self._ends[shard] + len(kept)]]

    def order(self, rng: np.random.Generator) -> NDArray[np.int64]:
        """An order in which each slice comes once.

        Parameters
        ----------
        rng : np.random.Generator
            Source of the random numbers.

        Returns
        -------
        NDArray[np.int64]
            Indices; shuffled as a whole, or, with a window, within as many shards at a time.
        """
        window = self._shards.window
        if not window or window >= len(self._kept):
            return rng.permutation(len(self))
        firsts = [end - len(kept) for end, kept in zip(self._ends, self._kept, strict=True)]
        shards = rng.permutation(len(self._kept))
        shuffled = [
            rng.permutation(np.concatenate([np.arange(firsts[k], self._ends[k]) for k in together]))
            for together in np.array_split(shards, range(window, len(shards), window))
        ]
        return np.concatenate(shuffled)

    def _rendered(self, shard: int) -> CachedSlices:
        if shard not in self._open:
            if len(self._open) >= MOST_OPEN:
                self._open.pop(next(iter(self._open)))
            self._open[shard] = self._render(shard)
        return self._open[shard]

    def _render(self, shard: int) -> CachedSlices:
        """The shard's slices; where another process renders them, its, as soon as it has."""
        one = self._shards.shard(shard)
        with _alone(self._cache / f".{one.entry.sha256[:16]}.lock"):
            return cached_slices(one, self._definition, self._cache, self._part, most=1)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """A block that one process at a time is in; all are where the file system knows no locks."""
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrainingError(f"{lock.parent} cannot be written: {error.strerror}") from error
    held: FileLock | None = None
    while held is None:
        try:
            held = FileLock(lock)
        except HELD:
            time.sleep(POLL_S)
        except OSError:
            break
    try:
        yield
    finally:
        if held is not None:
            held.release()
            with suppress(OSError):
                lock.unlink()
