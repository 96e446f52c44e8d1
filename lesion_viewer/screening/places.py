"""Where the images of a unit are now, also where the archive was moved since it was searched."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from lesion_viewer.errors import ExchangeError
from lesion_viewer.screening.sources import LIST_ENDINGS, Unit
from lesion_viewer.text import Text


class ArchiveMoved(ExchangeError):
    """The images of a unit are not where they were searched.

    Parameters
    ----------
    text : str
        What is said of it.
    source : str
        The source of the screening that is not there.
    """

    def __init__(self, text: str, source: str) -> None:
        super().__init__(text)
        self.source = source


def unit_named(
    name: str, sources: Sequence[str], results: Path, moved: Mapping[str, str] | None = None
) -> Unit:
    """A unit of a screening, at the place where it is now.

    A source that is not there any more is looked for beside the results, where it lay beside them
    when it was searched, and both were moved together.

    Parameters
    ----------
    name : str
        Of the unit, as its rows have it.
    sources : Sequence[str]
        Of the screening, as they were given.
    results : Path
        Folder of the results.
    moved : Mapping[str, str] | None
        Source -> where it is now, as somebody has said.

    Returns
    -------
    Unit
        One that is there; a study of a DICOMweb archive is not asked for.

    Raises
    ------
    ArchiveMoved
        It is nowhere.
    """
    source, own = _source_of(name, sources)
    if urlsplit(source).scheme in ("http", "https"):
        return Unit(name, urlsplit(source)._replace(query="").geturl(), is_remote=True)
    said = (moved or {}).get(source)
    for root in ([Path(said)] if said else []) + list(_roots(source, results)):
        place = _place(root, own)
        if place is not None:
            return Unit(name, str(place))
    raise ArchiveMoved(
        Text(
            "{unit} is not in {archive} any more. Say where the archive is now:"
            " File, Find the archive of the results.",
            unit=own,
            archive=said or source,
        ),
        source,
    )


def _source_of(name: str, sources: Sequence[str]) -> tuple[str, str]:
    """The source of a unit, and its name there; those of several sources begin with a number."""
    if len(sources) == 1:
        return sources[0], name
    number, _, own = name.partition("/")
    if number.isdecimal() and 1 <= int(number) <= len(sources):
        return sources[int(number) - 1], own
    raise ArchiveMoved(f"{name} is of no source of the screening", "")


def _roots(source: str, results: Path) -> Iterator[Path]:
    """Where a source may be: as it was given, else by each of its last parts near the results."""
    root = Path(source)
    yield root
    for near in results.absolute().parents:
        for count in range(1, len(root.parts)):
            yield near.joinpath(*root.parts[-count:])


def _place(root: Path, name: str) -> Path | None:
    """The path of a unit in a source, as ``sources.units_of`` names it; None where it is not."""
    try:
        if root.suffix.lower() in LIST_ENDINGS and root.is_file():
            place = root.parent / Path(name).expanduser()
            return place if place.exists() else None
        if not root.is_dir():
            return root if root.name == name and root.is_file() else None
        while not (root / name).exists():
            entries = [entry for entry in root.iterdir() if not entry.name.startswith(".")]
            if len(entries) != 1 or not entries[0].is_dir():
                # A folder that holds files alone is a unit by its own name.
                is_unit = root.name == name and not any(entry.is_dir() for entry in entries)
                return root if is_unit and entries else None
            root = entries[0]
        return root / name
    except OSError:
        return None
