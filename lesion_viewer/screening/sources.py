"""What an archive is made of: units that are opened one by one, each one study or a few."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from lesion_viewer.errors import ExchangeError

LIST_ENDINGS = (".txt", ".lst", ".list")
FIELDS = {
    "PatientID": "patient_id",
    "StudyDate": "date",
    "ModalitiesInStudy": "modality",
    "StudyDescription": "description",
    "StudyInstanceUID": "study_uid",
}
"""Parameters of QIDO-RS (PS3.18 8.3.4) that a DICOMweb source takes -> fields of a query."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A folder, zip or file of an archive, or a study of a DICOMweb archive; picklable.

    Attributes
    ----------
    name : str
        Path relative to the source, with ``/``, or Study Instance UID; unique in a screening.
    place : str
        Absolute path, or the address of the archive.
    is_remote : bool
        Whether it is a study of an archive, and ``name`` its UID.
    """

    name: str
    place: str
    is_remote: bool = False

    @property
    def key(self) -> str:
        """A name for files: the same for the same unit."""
        return hashlib.sha256(self.name.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def units_of(sources: Sequence[str]) -> list[Unit]:
    """The units of sources, in the order of their names.

    Parameters
    ----------
    sources : Sequence[str]
        Each a folder, whose entries are the units (of a folder that holds one folder alone, the
        entries of that); a zip or another file, which is a unit; a text file (``.txt``, ``.lst``,
        ``.list``) of paths, one a line, each of which is a unit; or the address of a DICOMweb
        archive, with parameters of QIDO-RS after ``?``, whose CT studies are the units.

    Returns
    -------
    list[Unit]
        With distinct names: those of several sources begin with the source's number.

    Raises
    ------
    ExchangeError
        A source does not exist, cannot be read, or holds nothing.
    """
    found = []
    for number, source in enumerate(sources, 1):
        units = list(_units(source))
        if not units:
            raise ExchangeError(f"{source}: holds nothing")
        prefix = f"{number}/" if len(sources) > 1 else ""
        found += [Unit(prefix + unit.name, unit.place, unit.is_remote) for unit in units]
    return sorted(found, key=lambda unit: unit.name)


def signature_of(unit: Unit) -> tuple[str, int]:
    """Names, sizes and times of the files of a unit as one digest, and how many they are.

    Parameters
    ----------
    unit : Unit
        What is to be opened.

    Returns
    -------
    tuple[str, int]
        The digest changes with any of the files; of a remote study it is its name.

    Raises
    ------
    ExchangeError
        It cannot be read.
    """
    if unit.is_remote:
        return unit.key, 0
    path = Path(unit.place)
    said = []
    try:
        for file in _files(path):
            state = file.stat()
            said.append(f"{file.relative_to(path)} {state.st_size} {state.st_mtime_ns}")
    except OSError as error:
        raise ExchangeError(f"{unit.name}: cannot be read: {error.strerror}") from error
    text = "\n".join(sorted(said)).encode("utf-8", "surrogateescape")
    return hashlib.sha256(text).hexdigest()[:32], len(said)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, _, names in os.walk(path):
        yield from (Path(folder, name) for name in names)


def _units(source: str) -> Iterator[Unit]:
    if urlsplit(source).scheme in ("http", "https"):
        return _remote(source)
    path = Path(os.path.abspath(Path(source).expanduser()))
    if path.is_dir():
        return _entries(path, source)
    if path.suffix.lower() in LIST_ENDINGS and path.is_file():
        return _listed(path)
    if not path.exists():
        raise ExchangeError(f"{source}: does not exist")
    return iter([Unit(path.name, str(path))])


def _entries(folder: Path, source: str) -> Iterator[Unit]:
    """The entries of a folder; the folder itself where it holds files alone."""
    try:
        entries = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
        while len(entries) == 1 and entries[0].is_dir():
            folder = entries[0]
            entries = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    except OSError as error:
        raise ExchangeError(f"{source}: cannot be read: {error.strerror}") from error
    if entries and not any(p.is_dir() or p.suffix.lower() == ".zip" for p in entries):
        yield Unit(folder.name, str(folder))
        return
    yield from (Unit(path.name, str(path)) for path in entries)


def _listed(file: Path) -> Iterator[Unit]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise ExchangeError(f"{file}: cannot be read: {error}") from error
    seen = set()
    for line in filter(None, map(str.strip, lines)):
        path = Path(os.path.abspath(file.parent / Path(line).expanduser()))
        if line not in seen:
            seen.add(line)
            yield Unit(line.replace(os.sep, "/"), str(path))


def _remote(source: str) -> Iterator[Unit]:
    from lesion_viewer.exchange.pacs.addresses import archive_named
    from lesion_viewer.exchange.pacs.archive import Query

    parts = urlsplit(source)
    given = dict(parse_qsl(parts.query))
    if unknown := sorted(given.keys() - FIELDS.keys()):
        raise ExchangeError(f"{source}: {unknown[0]} is none of {', '.join(FIELDS)}")
    fields = {FIELDS[name]: value for name, value in given.items()}
    address = parts._replace(query="").geturl()
    for study in archive_named(address).find(Query(**{"modality": "CT", **fields})):
        yield Unit(study.uid, address, is_remote=True)
