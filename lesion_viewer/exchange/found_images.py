"""The images of a folder that annotations name by their paths."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lesion_viewer.ct.files.references import why_refused
from lesion_viewer.ct.images.numbered_slices import list_pngs, png_shape
from lesion_viewer.exchange.image_names import ImageIndex, plain_path, series_and_number


@dataclass(frozen=True, slots=True)
class FoundImages:
    """The images of a folder that a file of annotations speaks of.

    Attributes
    ----------
    shapes : Mapping[str, tuple[int, int]]
        Name in the annotations -> rows and columns of its image.
    there : Mapping[str, Mapping[int, str]]
        Series in the annotations -> number -> file, relative to the folder; neighbours too.
    refused : Mapping[str, str]
        Name of which it cannot be told which image it is -> a sentence that says why.
    """

    shapes: Mapping[str, tuple[int, int]]
    there: Mapping[str, Mapping[int, str]]
    refused: Mapping[str, str]


def find_images(root: Path, names: Sequence[str]) -> FoundImages:
    """Which files under a folder the names of an annotation file are of.

    Images that the annotations give one series to must lie in one folder: two studies would be
    mixed otherwise. A name never leads out of the folder, through ``..`` or a link either.

    Parameters
    ----------
    root : Path
        The folder of the images.
    names : Sequence[str]
        As the annotations spell them.

    Returns
    -------
    FoundImages
        Of the names that say which image they are of.

    Raises
    ------
    CTError
        Where ``root`` is no folder that can be read.
    """
    index: ImageIndex[str] = ImageIndex()
    beside: dict[str, dict[int, str]] = defaultdict(dict)
    for file in list_pngs(root):
        index.add_name(file, file)
        series, digits = series_and_number(file)
        if digits:
            beside[series].setdefault(int(digits), file)
    matched = index.match(names)
    refused = {name: f"{name}: several images end in this name" for name in matched.ambiguous}
    of_series: dict[str, dict[str, str]] = defaultdict(dict)
    for name, file in matched.places.items():
        of_series[named_slice(name)[0]][name] = file
    shapes: dict[str, tuple[int, int]] = {}
    there: dict[str, dict[int, str]] = {}
    for series, found in of_series.items():
        counted = Counter(series_and_number(file)[0] for file in found.values())
        home = counted.most_common(1)[0][0]
        there[series] = dict(beside.get(home, {}))
        files: dict[int, str] = {}
        for name, file in found.items():
            number = named_slice(name)[1]
            if series_and_number(file)[0] != home:
                refused[name] = f"{name}: it lies in another folder than the rest of its series"
            elif reason := why_refused(root, file):
                refused[name] = f"{name}: {file} {reason}"
            elif files.setdefault(number, file) != file:
                refused[name] = f"{name}: cannot be told from {files[number]}"
            elif shape := png_shape(root / file):
                shapes[name] = shape
        there[series].update(files)
        for name in refused:
            of_name, number = named_slice(name)
            if of_name == series and number not in files:
                there[series].pop(number, None)
    return FoundImages(shapes, there, refused)


def named_slice(name: str) -> tuple[str, int]:
    """The series and the number that a name in annotations stands for.

    Parameters
    ----------
    name : str
        As the annotations spell it.

    Returns
    -------
    tuple[str, int]
        As ``series_and_number`` gives them for its path; 0 where it has no number.
    """
    series, number = series_and_number(plain_path(name))
    return series, int(number or 0)
