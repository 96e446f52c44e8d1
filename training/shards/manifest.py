"""The manifest of shards: what they were written from, and the checksum of each."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.errors import DetectionError, TrainingError

from ..recipe.recipe import data_of
from ..recipe.scan_data import KINDS, Data
from .places import file_in, read

FORMAT = "lesion-training shards 1"
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """A shard, as the manifest names it.

    Attributes
    ----------
    file : str
        Its name in the folder.
    sha256 : str
        Of the whole file.
    scans : int
        Number of its scans.
    lesions : tuple[int, ...]
        Number of lesions on each slice that is learned from, in the order of the scans.
    """

    file: str
    sha256: str
    scans: int
    lesions: tuple[int, ...]

    @classmethod
    def from_dict(cls, entries: Mapping[str, Any]) -> "Entry":
        """The shard that ``asdict`` made entries of.

        Parameters
        ----------
        entries : Mapping[str, Any]
            As read from JSON.

        Returns
        -------
        Entry
            The shard.

        Raises
        ------
        KeyError, TypeError, ValueError
            Where they are others.
        """
        file = str(entries["file"])
        if "/" in file or "\\" in file:
            raise ValueError("a shard lies beside its manifest")
        lesions = tuple(int(count) for count in entries["lesions"])
        return cls(file, str(entries["sha256"]), int(entries["scans"]), lesions)


@dataclass(frozen=True, slots=True)
class Manifest:
    """All shards of a folder.

    Attributes
    ----------
    data : Data
        What they were written from, without its folder.
    input : InputDefinition
        Decided which neighbours each slice has.
    parts : Mapping[str, tuple[Entry, ...]]
        ``train`` and ``validation`` -> shards, in the source's order.
    """

    data: Data
    input: InputDefinition
    parts: Mapping[str, tuple[Entry, ...]]

    def to_json(self) -> bytes:
        """The content of the manifest's file."""
        parts = {part: [asdict(entry) for entry in of] for part, of in self.parts.items()}
        said = {"format": FORMAT, "data": said_of(self.data), "input": self.input.to_dict()}
        return json.dumps({**said, "parts": parts}).encode()


def said_of(data: Data) -> dict[str, Any]:
    """The entries of data in JSON types, without the folder of one machine.

    Parameters
    ----------
    data : Data
        As a recipe has them.

    Returns
    -------
    dict[str, Any]
        ``kind`` and the entries of that kind.
    """
    (kind,) = (name for name, known in KINDS.items() if known is type(data))
    entries = asdict(data)
    return {"kind": kind, **entries, **({"folder": ""} if "folder" in entries else {})}


def read_manifest(folder: str) -> Manifest | None:
    """The manifest of a folder; None where there is none.

    Parameters
    ----------
    folder : str
        A path or a URL.

    Returns
    -------
    Manifest | None
        The manifest.

    Raises
    ------
    TrainingError
        Where it cannot be read, or is none of ours.
    """
    url = file_in(folder, MANIFEST)
    content = read(url)
    if content is None:
        return None
    try:
        return _parsed(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError, DetectionError) as error:
        raise TrainingError(f"{url} is no manifest of shards") from error


def _parsed(said: Mapping[str, Any]) -> Manifest:
    if said["format"] != FORMAT:
        raise ValueError("another format")
    parts = {part: tuple(map(Entry.from_dict, of)) for part, of in said["parts"].items()}
    return Manifest(data_of(said["data"]), InputDefinition.from_dict(said["input"]), parts)
