"""Scans from shards, each verified by its checksum before it is used."""

import io
import tarfile
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from itertools import accumulate
from typing import Any

from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.errors import TrainingError

from ..recipe.recipe import Recipe
from ..recipe.shard_data import ShardData
from ..scan import Scan
from .manifest import Entry, Manifest, read_manifest
from .packing import unpacked
from .places import file_in, read


class Shard:
    """The scans of one shard, read as a whole when the first is asked for.

    Parameters
    ----------
    folder : str
        Folder of the shards, a path or a URL.
    entry : Entry
        As the manifest has it.
    """

    def __init__(self, folder: str, entry: Entry) -> None:
        self.entry, self._url = entry, file_in(folder, entry.file)
        self._samples: list[dict[str, bytes]] = []

    @property
    def identity(self) -> Mapping[str, Any]:
        """The checksum, which decides every scan."""
        return {"kind": "shard", "sha256": self.entry.sha256}

    def __len__(self) -> int:
        return self.entry.scans

    def scan(self, number: int) -> Scan:
        """One of the scans.

        Parameters
        ----------
        number : int
            From 0, in the shard.

        Returns
        -------
        Scan
            As it was written.

        Raises
        ------
        TrainingError
            Where the shard is missing, cannot be read or is damaged; it names the shard.
        """
        if not self._samples:
            content = read(self._url, self.entry.sha256)
            if content is None:
                raise TrainingError(f"{self._url} is missing, which the manifest names")
            self._samples = _samples(content)
        return unpacked(self._samples[number])


class Shards:
    """The scans of a part of a folder of shards.

    Parameters
    ----------
    data : ShardData
        As the recipe has it.
    entries : tuple[Entry, ...]
        The part's shards.

    Attributes
    ----------
    window : int
        Number of shards whose slices are shuffled together; 0 for all.
    """

    def __init__(self, data: ShardData, entries: tuple[Entry, ...]) -> None:
        self.window, self.entries = data.window, entries
        self._folder = data.url
        self._ends = list(accumulate(entry.scans for entry in entries))
        self._open: tuple[int, Shard] | None = None

    @property
    def identity(self) -> Mapping[str, Any]:
        """The checksums of all shards."""
        return {"kind": "shards", "shards": [entry.sha256 for entry in self.entries]}

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def shard(self, index: int) -> Shard:
        """One of the shards, not yet read.

        Parameters
        ----------
        index : int
            In ``entries``.

        Returns
        -------
        Shard
            Its scans.
        """
        return Shard(self._folder, self.entries[index])

    def scan(self, number: int) -> Scan:
        """One of the scans; the shard that was read last stays in memory.

        Parameters
        ----------
        number : int
            From 0, in the order in which they were written.

        Returns
        -------
        Scan
            As it was written.

        Raises
        ------
        TrainingError
            Where its shard is missing, cannot be read or is damaged; it names the shard.
        """
        index = bisect_right(self._ends, number)
        if self._open is None or self._open[0] != index:
            self._open = index, self.shard(index)
        first = self._ends[index] - self.entries[index].scans
        return self._open[1].scan(number - first)


def shards_of(data: ShardData, definition: InputDefinition) -> dict[str, Shards]:
    """The scans to learn from and those to validate on.

    Parameters
    ----------
    data : ShardData
        As the recipe has it.
    definition : InputDefinition
        The model's input.

    Returns
    -------
    dict[str, Shards]
        ``train`` and ``validation`` -> scans.

    Raises
    ------
    TrainingError
        Where there is no manifest, or the shards lack neighbours that the input has.
    """
    manifest = _manifest_of(data)
    if manifest.input.neighbours != definition.neighbours:
        raise TrainingError(
            f"the shards at {data.url} hold the neighbours of an input of"
            f" {_said(manifest.input)}, not of {_said(definition)}; write them by such a recipe"
        )
    return {part: Shards(data, manifest.parts[part]) for part in ("train", "validation")}


def as_written(recipe: Recipe) -> Recipe:
    """A recipe with the data that its shards were written from.

    Parameters
    ----------
    recipe : Recipe
        Of any data.

    Returns
    -------
    Recipe
        The one given where it does not learn from shards.

    Raises
    ------
    TrainingError
        Where there is no manifest.
    """
    if not isinstance(recipe.data, ShardData):
        return recipe
    return replace(recipe, data=_manifest_of(recipe.data).data)


def _manifest_of(data: ShardData) -> Manifest:
    manifest = read_manifest(data.url)
    if manifest is None:
        raise TrainingError(
            f"{data.url} holds no whole shards; lesion-training shards writes them, and goes on"
            " where it was stopped"
        )
    return manifest


def _samples(content: bytes) -> list[dict[str, bytes]]:
    """The files of each sample, by their endings; a sample's name is all before the first dot."""
    samples: dict[str, dict[str, bytes]] = defaultdict(dict)
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        for member in tar:
            stream = tar.extractfile(member)
            if stream is not None:
                name, _, ending = member.name.partition(".")
                samples[name][ending] = stream.read()
    return list(samples.values())


def _said(definition: InputDefinition) -> str:
    step = "" if definition.step_mm is None else f" {definition.step_mm:g} mm apart"
    return f"{definition.slices} slices{step}{', interpolated' * definition.is_interpolated}"
