"""Images by the names that other tools give them.

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
"""Prefix that Label Studio puts before the name of an uploaded file."""
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
    """The series and the number that a slice's path contains.

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
    """An image that a name may stand for.

    Attributes
    ----------
    place : Place
        Place under which the image was added to the index.
    length : int
        Number of equal path parts of name and image, from the end.
    is_whole : bool
        Whether name or image has no further parts, so that no folder contradicts.
    """

    place: Place
    length: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Run(Generic[Place]):
    """Images of one folder: a run of numbers, or a single image without a number."""

    folders: tuple[str, ...]
    numbers: range | None
    at: Callable[[int], Place]


class ImageIndex(Generic[Place]):
    """A lookup of images by the names that other tools give them.

    Names are compared without case, numbers without leading zeros.
    """

    def __init__(self) -> None:
        self._exact: dict[str, Place] = {}
        self._runs: dict[str, list[_Run[Place]]] = defaultdict(list)
        self._single: dict[str, list[_Run[Place]]] = defaultdict(list)

    def add_name(self, name: str, place: Place) -> None:
        """Add one image under its whole name and under the parts of it.

        Parameters
        ----------
        name : str
            Path of the image.
        place : Place
            Place that a match gives.
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
        """Add the images of a folder that have consecutive numbers.

        Parameters
        ----------
        series : str
            The folder's path; ``.`` where it has none.
        numbers : range
            Of the images.
        at : Callable[[int], Place]
            Function from a number to the place that a match gives.
        """
        folders = _parts(series)
        self._runs[folders[-1] if folders else ""].append(_Run(folders, numbers, at))

    def add_exact(self, name: str, place: Place) -> None:
        """Add one more exact name of an image.

        Parameters
        ----------
        name : str
            Name as it is spelled.
        place : Place
            Place that a match gives.
        """
        self._exact.setdefault(name, place)

    def find(self, name: str) -> list[Match[Place]]:
        """The images that have most path parts in common with a name, from the end.

        Parameters
        ----------
        name : str
            As a file of annotations spells it.

        Returns
        -------
        list[Match]
            One where the name is unambiguous, more where it is not, none where no image has the
            same last part. A bare number, such as ``109``, under another folder matches nothing.
        """
        if name in self._exact:
            return [Match(self._exact[name], len(name), True)]
        for path in _readings(name):
            if found := self._longest(path):
                return found
        return []

    def match(self, names: Iterable[str]) -> "Matched[Place]":
        """The images that the names of one file stand for.

        Parameters
        ----------
        names : Iterable[str]
            Names in one file of annotations. Where two match the same image and a folder of one
            contradicts, only the one with more parts in common counts.

        Returns
        -------
        Matched
            Places by name, and the names that match no image or several.
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
    """The images that the names of a file stand for.

    Attributes
    ----------
    places : dict[str, Place]
        Name as it is spelled -> image.
    missing : tuple[str, ...]
        Names that match no image.
    ambiguous : tuple[str, ...]
        Names that match several images.
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
