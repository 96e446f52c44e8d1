"""Shards of a recipe's scans: tar files of the WebDataset convention, and their manifest."""

import io
import json
import math
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from hashlib import sha256

from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.errors import TrainingError

from ..recipe.recipe import Recipe
from ..scan import Source
from ..scan_processes import of_scans
from .manifest import MANIFEST, Entry, Manifest, read_manifest
from .packing import Packed, packed
from .places import clear_leftovers, file_in, read, write
from .reading import as_written

Progress = Callable[[str, int, int, float], None]


def write_shards(
    recipe: Recipe,
    sources: Mapping[str, Source],
    folder: str,
    shard_bytes: int,
    progress: Progress,
) -> str:
    """Write the scans of a recipe as shards; go on where a killed process stopped.

    A shard counts once a file with its checksum lies beside it, and the folder once it has the
    manifest, so that nothing half-written is ever read. Again with the same arguments, nothing is
    written.

    Parameters
    ----------
    recipe : Recipe
        Its input decides which neighbours each slice has.
    sources : Mapping[str, Source]
        ``train`` and ``validation`` -> its scans.
    folder : str
        A path, or a URL of an object store.
    shard_bytes : int
        Size from which a shard is ended.
    progress : Progress
        Called with the part, scans done, scans in total, and NaN.

    Returns
    -------
    str
        URL of the manifest.

    Raises
    ------
    TrainingError, ExchangeError
        Where the folder holds shards of other data, or cannot be written.
    """
    manifest = file_in(folder, MANIFEST)
    if read_manifest(folder) is None:
        clear_leftovers(folder)
    parts = {
        part: _written(source, part, recipe.input, folder, shard_bytes, progress)
        for part, source in sources.items()
    }
    content = Manifest(as_written(recipe).data, recipe.input, parts).to_json()
    if read(manifest) != content:
        write(manifest, content)
    return manifest


def _written(
    source: Source,
    part: str,
    definition: InputDefinition,
    folder: str,
    shard_bytes: int,
    progress: Progress,
) -> tuple[Entry, ...]:
    """The shards of a part; those that are there already are not written again."""
    origin = _origin_of(source, definition, shard_bytes)
    entries = _there(folder, part, origin)
    first = sum(entry.scans for entry in entries)
    shard = _Shard()
    for done, one in enumerate(of_scans(source, packed, range(first, len(source))), first + 1):
        shard.add(f"{done - 1:08d}", one)
        if shard.size >= shard_bytes or done == len(source):
            content = shard.content()
            name = f"{part}-{len(entries):05d}"
            entry = Entry(
                f"{name}.tar", sha256(content).hexdigest(), shard.scans, tuple(shard.lesions)
            )
            write(file_in(folder, entry.file), content)
            write(file_in(folder, f"{name}.json"), _beside(entry, origin))
            entries.append(entry)
            shard = _Shard()
        progress(f"{part} scans", done, len(source), math.nan)
    return tuple(entries)


class _Shard:
    """A tar in memory that grows by scans; equal scans give equal bytes."""

    def __init__(self) -> None:
        self.scans, self.lesions = 0, list[int]()
        self._stream = io.BytesIO()
        self._tar = tarfile.open(fileobj=self._stream, mode="w")

    @property
    def size(self) -> int:
        return self._stream.tell()

    def add(self, name: str, one: Packed) -> None:
        for ending, content in one.files.items():
            member = tarfile.TarInfo(f"{name}.{ending}")
            member.size = len(content)
            self._tar.addfile(member, io.BytesIO(content))
        self.scans += 1
        self.lesions += one.lesions

    def content(self) -> bytes:
        self._tar.close()
        return self._stream.getvalue()


def _there(folder: str, part: str, origin: str) -> list[Entry]:
    """The shards that are whole, up to the first that is not."""
    entries: list[Entry] = []
    while content := read(url := file_in(folder, f"{part}-{len(entries):05d}.json")):
        try:
            said = json.loads(content)
            is_ours, entry = said["origin"] == origin, Entry.from_dict(said["shard"])
        except (ValueError, KeyError, TypeError) as error:
            raise TrainingError(f"{url} does not describe a shard") from error
        if not is_ours:
            raise TrainingError(f"{folder} holds shards of other data or another size")
        entries.append(entry)
    return entries


def _beside(entry: Entry, origin: str) -> bytes:
    return json.dumps({"origin": origin, "shard": asdict(entry)}).encode()


def _origin_of(source: Source, definition: InputDefinition, shard_bytes: int) -> str:
    """A checksum of all that decides the shards of a part."""
    neighbours: Mapping[str, object] = asdict(definition.neighbours)
    said = [source.identity, neighbours, shard_bytes]
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
