"""Names that other tools give to images, and which image each of them is of.

Label Studio writes ``/data/local-files/?d=ct%2F000001_01_01%2F109.png`` and ``1f2e3d4c-109.png``,
CVAT whole paths, Windows backslashes; DeepLesion's table ``000001_01_01_109.png`` for
``000001_01_01/109.png``. A name is compared from its end, folder by folder.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import unquote

EXTENSION = re.compile(
    r"(?<=[^/])\.(png|jpe?g|tiff?|bmp|webp|dcm|dicom|nii|nii\.gz|npy)$", re.IGNORECASE
)
SCHEME = re.compile(r"^[a-z][a-z0-9+.-]+://[^/]*/|^[a-z]:/", re.IGNORECASE)
QUERY = re.compile(r"\?(?:.*&)?d=([^&#]*)|[?#].*$")
UPLOAD = re.compile(r"(?:^|(?<=/))[0-9a-f]{8}-(?=[^/]+$)")
"""What Label Studio puts before the name of an uploaded file."""
MAX_DIGITS = 9

Place = TypeVar("Place")


def plain_path(name: str) -> str:
    """The path that a name stands for: decoded, with ``/`` between its folders.

    Parameters
    ----------
    name : str
        As a file of annotations spells it: a path, a URL, or Label Studio's ``?d=`` form.

    Returns
    -------
    str
        Without drive, server and leading ``/``; empty where nothing is left.
    """
    path = name.strip().replace("\\", "/")
    query = QUERY.search(path)
    if query is not None and (query[1] or "://" in path or path.startswith("/data/")):
        path = query[1] or path[: query.start()]
    path = SCHEME.sub("", unquote(path).replace("\\", "/"))
    return "/".join(part for part in path.split("/") if part not in ("", "."))


def series_and_number(path: str) -> tuple[str, str]:
    """What a slice's path says of the series that it is of, and its number there.

    Parameters
    ----------
    path : str
        As ``plain_path`` gives it.

    Returns
    -------
    tuple[str, str]
        ``a/b`` and ``109`` for ``a/b/109.png`` and ``a/b_109.png``; the whole path without its
        extension and an empty number for ``a/scan.png``, which is a slice by itself; ``.`` for
        the series of ``109.png``.
    """
    path = EXTENSION.sub("", path)
    folder, _, stem = path.rpartition("/")
    prefix, _, number = stem.rpartition("_")
    if not (number.isascii() and number.isdecimal()) or len(number) > MAX_DIGITS:
        return path, ""
    return "/".join(part for part in (folder, prefix) if part) or ".", number


@dataclass(frozen=True, slots=True)
class Match(Generic[Place]):
    """An image that a name may be of.

    Attributes
    ----------
    place : Place
        What the index holds of the image.
    length : int
        How many parts of the name and of the image's are the same, from the end.
    is_whole : bool
        Whether one of the two ends there, so that nothing contradicts.
    """

    place: Place
    length: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Run(Generic[Place]):
    """Images of one folder: a run of numbers, or one that has no number."""

    folders: tuple[str, ...]
    numbers: range | None
    at: Callable[[int], Place]


class ImageIndex(Generic[Place]):
    """The images that names can be of.

    Letters count whatever their case is, numbers without leading zeros.
    """

    def __init__(self) -> None:
        self._exact: dict[str, Place] = {}
        self._runs: dict[str, list[_Run[Place]]] = defaultdict(list)
        self._single: dict[str, list[_Run[Place]]] = defaultdict(list)

    def add_name(self, name: str, place: Place) -> None:
        """Know one image by its whole name, and by the parts of it.

        Parameters
        ----------
        name : str
            Its path.
        place : Place
            What a match is to give.
        """
        self._exact.setdefault(name, place)
        series, number = series_and_number(plain_path(name))
        if number:
            first = int(number)
            self.add_run(series, range(first, first + 1), lambda _: place)
        else:
            folders = _parts(series)
            if folders:
                self._single[folders[-1]].append(_Run(folders[:-1], None, lambda _: place))

    def add_run(self, series: str, numbers: range, at: Callable[[int], Place]) -> None:
        """Know the images of a folder that have consecutive numbers.

        Parameters
        ----------
        series : str
            The folder's path; ``.`` where it has none.
        numbers : range
            Of the images.
        at : Callable[[int], Place]
            What a match is to give for a number.
        """
        folders = _parts(series)
        self._runs[folders[-1] if folders else ""].append(_Run(folders, numbers, at))

    def add_exact(self, name: str, place: Place) -> None:
        """Know one image by a name as it is spelled, beside what it is known by already.

        Parameters
        ----------
        name : str
            As it is spelled.
        place : Place
            What a match is to give.
        """
        self._exact.setdefault(name, place)

    def find(self, name: str) -> list[Match[Place]]:
        """The images whose names have most parts in common with this one, from the end.

        Parameters
        ----------
        name : str
            As a file of annotations spells it.

        Returns
        -------
        list[Match]
            One where the name says which image it is; more where it does not; none where no image
            ends as it does. A bare number, such as ``109``, under another folder says nothing.
        """
        if name in self._exact:
            return [Match(self._exact[name], len(name), True)]
        for path in _readings(name):
            if found := self._longest(path):
                return found
        return []

    def match(self, names: Iterable[str]) -> "Matched[Place]":
        """Which image each of the names is of.

        Parameters
        ----------
        names : Iterable[str]
            Of one file of annotations: of two that would be the same image but for a folder that
            contradicts, the one that has more in common with it counts.

        Returns
        -------
        Matched
            What was found, and the names that say no image or several.
        """
        found = {name: self.find(name) for name in dict.fromkeys(names)}
        longest: dict[Place, int] = {}
        for matches in found.values():
            for one in matches[:1]:
                longest[one.place] = max(longest.get(one.place, 0), one.length)
        places: dict[str, Place] = {}
        missing, ambiguous = [], []
        for name, matches in found.items():
            first = next(iter(matches), None)
            if len(matches) > 1:
                ambiguous.append(name)
            elif first is None or (not first.is_whole and first.length < longest[first.place]):
                missing.append(name)
            else:
                places[name] = first.place
        return Matched(places, tuple(missing), tuple(ambiguous))

    def _longest(self, path: str) -> list[Match[Place]]:
        series, number = series_and_number(path)
        folders = _parts(series)
        if not number:
            stem, before = (folders[-1], folders[:-1]) if folders else ("", ())
            candidates, n = self._single.get(stem, []), 0
        else:
            before, n = folders, int(number)
            candidates = list(self._numbered(before, n))
        matches = [_matched(before, run, n) for run in candidates]
        if number:
            matches = [m for m in matches if m.length > 1 or m.is_whole]
        length = max((m.length for m in matches), default=0)
        best = {m.place: m for m in matches if m.length == length}
        return list(best.values())

    def _numbered(self, folders: tuple[str, ...], number: int) -> Iterator[_Run[Place]]:
        if folders:
            lists = [self._runs.get(folders[-1], []), self._runs.get("", [])]
        else:
            lists = list(self._runs.values())
        for runs in lists:
            for run in runs:
                if run.numbers is not None and number in run.numbers:
                    yield run


@dataclass(frozen=True, slots=True)
class Matched(Generic[Place]):
    """Which image each name of a file is of.

    Attributes
    ----------
    places : dict[str, Place]
        Name as it is spelled -> image.
    missing : tuple[str, ...]
        Names of no image that is known.
    ambiguous : tuple[str, ...]
        Names that several images have in common.
    """

    places: dict[str, Place]
    missing: tuple[str, ...]
    ambiguous: tuple[str, ...]


def _matched(before: tuple[str, ...], run: _Run[Place], number: int) -> Match[Place]:
    same = 0
    for a, b in zip(reversed(before), reversed(run.folders), strict=False):
        if a != b:
            break
        same += 1
    is_whole = same in (len(before), len(run.folders))
    return Match(run.at(number), same + 1, is_whole)


def _parts(series: str) -> tuple[str, ...]:
    return tuple(part.casefold() for part in series.split("/") if part not in ("", "."))


def _readings(name: str) -> Iterator[str]:
    """Paths that a name may stand for, the most literal one first."""
    literal = "/".join(part for part in name.replace("\\", "/").split("/") if part)
    seen = set()
    for path in (literal, plain_path(name)):
        for one in (path, UPLOAD.sub("", path)):
            if one not in seen:
                seen.add(one)
                yield one
