"""DeepLesion's folders of 16-bit PNG slices: runs of consecutive numbers become series."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.files.opened_files import Files
from lesion_viewer.ct.study import LeftOut, Series, SliceSource
from lesion_viewer.ct.values.hounsfield import MAX_SLICE_PIXELS
from lesion_viewer.ct.volume.hu_plausibility import sampled_not_hu_fault, spread
from lesion_viewer.errors import CTError

# Signature, then the IHDR chunk with width, height, bit depth and colour type.
PNG_START = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
HEAD_BYTES = 26
GREY = 0
# The PNGs of a folder have one origin, so that a sample of the series suffices.
JUDGED_SERIES, JUDGED_SLICES = 64, 1
NUMBERED = re.compile(r"(?:(.*)_)?([0-9]{1,18})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Image:
    """One PNG slice, with its folder (DeepLesion's volume) and its number there."""

    file: str
    folder: str
    number: int
    rows: int
    columns: int


def read_pngs(
    files: Files, names: Sequence[str], root: str, progress: Callable[[int], None]
) -> tuple[list[Series], list[LeftOut]]:
    """The series among the named PNGs, and the files that are not 16-bit CT.

    The uid of a series is ``folder/first-last``, or ``folder/number`` for a single slice, with the
    numbers as the files spell them. Spacing, orientation and position are unknown.

    Parameters
    ----------
    files : Files
        Files of the opened path.
    names : Sequence[str]
        Names of the PNGs.
    root : str
        Name of the opened folder, which names the series of PNGs that lie directly in it.
    progress : Callable[[int], None]
        Called with the number of files read so far.

    Returns
    -------
    tuple[list[Series], list[LeftOut]]
        Series by uid; files with the reason why they are left out.
    """
    images, left_out = [], []
    for done, name in enumerate(names, 1):
        try:
            images.append(_image_of(files, name, root))
        except CTError as error:
            left_out.append(LeftOut(name, str(error)))
        progress(done)
    series = sorted(
        _told_apart([_series_of(files, run) for run in _runs(images)]), key=lambda s: s.uid
    )
    for index in spread(len(series), JUDGED_SERIES) if series else ():
        one = series[index]
        faults = sampled_not_hu_fault(one.decode, one.shape[0], JUDGED_SLICES)
        series[index] = replace(one, faults=faults)
    return series, left_out


def png_key(series: Iterable[Series]) -> str:
    """An identifier of series of PNGs that does not depend on their path.

    Parameters
    ----------
    series : Iterable[Series]
        All series of a study, or of several.

    Returns
    -------
    str
        SHA-256 of the names and sizes of the slices, 64 hexadecimal digits.
    """
    lines = sorted(
        f"{s.uid} {PurePosixPath(source.file).name} {s.shape[1]}x{s.shape[2]}"
        for s in series
        for source in s.slices
    )
    return sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def image_folder(series: Series) -> str:
    """The name of the folder whose images a series consists of, as its uid has it.

    Parameters
    ----------
    series : Series
        A series of ``read_pngs``.

    Returns
    -------
    str
        Relative to the opened path, with ``/``.
    """
    return series.uid.rpartition("/")[0]


def decode_png(files: Files, name: str) -> NDArray[np.int16]:
    """The pixels of a DeepLesion PNG in HU: stored value minus 32768.

    Parameters
    ----------
    files : Files
        Files of the opened path.
    name : str
        Name of the PNG.

    Returns
    -------
    NDArray[np.int16]
        (rows, columns) in HU.

    Raises
    ------
    CTError
        The file cannot be read or decoded.
    """
    data = files.read(name)
    try:
        values = _grey_values(data)
    except Exception as error:  # Pillow raises many kinds for what is damaged
        raise CTError(f"{name} cannot be decoded: {error}") from error
    # Flipping the sign bit of an unsigned value is the same as subtracting 32768.
    return (values ^ np.uint16(0x8000)).view(np.int16)


def _grey_values(data: bytes) -> NDArray[np.uint16]:
    """The stored values (rows, columns); ValueError for a PNG of another kind."""
    from PIL import Image

    size = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    with Image.open(BytesIO(data), formats=["PNG"]) as picture:
        if picture.size != size or size[0] * size[1] > MAX_SLICE_PIXELS:
            raise ValueError(f"an unusable size of {picture.height} x {picture.width} pixels")
        if not picture.mode.startswith("I"):  # 16 bits grey is I;16
            raise ValueError(f"its pixels are {picture.mode}")
        return np.asarray(picture, np.uint16)


def _image_of(files: Files, name: str, root: str) -> _Image:
    """The slice in a PNG; CTError where it is none."""
    head = files.read(name, 0, HEAD_BYTES)
    if not head.startswith(PNG_START) or len(head) < HEAD_BYTES:
        raise CTError("is a damaged PNG")
    columns, rows = int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
    if head[24] != 16 or head[25] != GREY:
        raise CTError(f"is a PNG of {head[24]} bits, not of 16 bits grey")
    if not 0 < rows * columns <= MAX_SLICE_PIXELS:
        raise CTError(f"has an unusable size of {rows} x {columns} pixels")
    path = PurePosixPath(name)
    match = NUMBERED.fullmatch(path.stem)
    if match is None:
        raise CTError("has no slice number as its name")
    folder = match[1] or path.parent.name or root
    return _Image(name, folder, int(match[2]), rows, columns)


def _runs(images: Iterable[_Image]) -> Iterable[list[_Image]]:
    """Images of one folder and size with consecutive numbers, in order."""
    stacks = defaultdict(list)
    for image in images:
        folder_path = PurePosixPath(image.file).parent
        stacks[image.folder, folder_path, image.rows, image.columns].append(image)
    for stack in stacks.values():
        stack.sort(key=lambda i: i.number)
        run = stack[:1]
        for image in stack[1:]:
            if image.number != run[-1].number + 1:
                yield run
                run = []
            run.append(image)
        yield run


def _series_of(files: Files, run: list[_Image]) -> Series:
    first, last = _spelled_number(run[0]), _spelled_number(run[-1])
    numbers = first if len(run) == 1 else f"{first}-{last}"

    def decode(slice_index: int) -> NDArray[np.int16]:
        return decode_png(files, run[slice_index].file)

    return Series(
        uid=f"{run[0].folder}/{numbers}",
        study_uid="",
        modality="CT",
        description=f"{run[0].folder} {numbers}",
        number=None,
        slices=tuple(SliceSource(file=image.file) for image in run),
        shape=(len(run), run[0].rows, run[0].columns),
        spacing_mm=None,
        geometry=None,
        faults=(),
        decode=decode,
    )


def _told_apart(series: list[Series]) -> list[Series]:
    """The series; where names in different folders are equal, their uid is the whole path."""
    counts = Counter(s.uid for s in series)
    return [
        replace(s, uid=f"{PurePosixPath(s.slices[0].file).parent}/{s.uid}")
        if counts[s.uid] > 1
        else s
        for s in series
    ]


def _spelled_number(image: _Image) -> str:
    return PurePosixPath(image.file).stem.rpartition("_")[2]
