"""The file with the voxels of an NRRD, MetaImage, NIfTI or Analyze header, checked before reading.

Such a header may name any file of the machine. Only a regular file in the header's folder or below
it is accepted. Headers in which ITK could find another name than the checked one are refused.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lesion_viewer.ct.files.references import why_refused
from lesion_viewer.errors import CTError

NRRD_SUFFIXES = (".nrrd", ".nhdr")
META_SUFFIXES = (".mha", ".mhd")
HEADER_SUFFIXES = (".hdr", ".hdr.gz")
IMAGE_SUFFIXES = (".img", ".img.gz")

NRRD_MAGIC = b"NRRD000"
# Text headers are much shorter.
MAX_HEADER_BYTES = 2**18
# MetaIO's buffer has 500 bytes: it fails on a longer line, or continues in its middle.
MAX_META_LINE_BYTES = 500
META_LINE = re.compile(r"[ \t]*([^ \t=:][^=:]*?)[ \t]*[=:](.*)")
# Numeric entries: one number for each axis (1), or a square matrix (2).
META_NUMBERS = {
    **{"dimsize": 1, "elementspacing": 1, "elementsize": 1, "offset": 1, "origin": 1},
    **{"position": 1, "centerofrotation": 1, "transformmatrix": 2, "rotation": 2},
    **{"orientation": 2},
}
META_NUMBER = re.compile(r"(?<!\S)[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?!\S)")
META_DATA, NRRD_DATA = "elementdatafile", "datafile"
SAME_FILE = ("LOCAL", "Local", "local")


@dataclass(frozen=True, slots=True)
class TextHeader:
    """The entries of the text header of an NRRD or MetaImage.

    Attributes
    ----------
    fields : dict[str, str]
        Name in lower case without blanks to value; the first of equal names counts.
    data : Path
        The file with the voxels; the header's own file where they follow it.
    """

    fields: dict[str, str]
    data: Path


def read_nrrd_header(path: Path) -> TextHeader:
    """The header of an NRRD file.

    Parameters
    ----------
    path : Path
        A file that ends in ``.nrrd`` or ``.nhdr``; both may be detached headers.

    Returns
    -------
    TextHeader
        Fields and data file.

    Raises
    ------
    CTError
        The file is not an NRRD, or its voxels are not in one file in its folder; the message names
        the file.
    """
    fields: dict[str, str] = {}
    named = []
    for number, line in enumerate(_lines(path)):
        if number == 0:
            if not line.startswith(NRRD_MAGIC.decode()):
                raise CTError(f"{path.name} cannot be read: it is no NRRD file")
            continue
        if not line:
            break
        if line.startswith("#") or ":" not in line:
            continue
        name, value = line.split(":", 1)
        plain = re.sub(r"[^a-z]", "", name.lower())
        if plain == NRRD_DATA:
            if name.lower() not in ("data file", "datafile") or not value.startswith(" "):
                raise CTError(f"{path.name} names its data file in an unusual way: {line}")
            named.append(value.strip(" \t") or "-")
        elif not value.startswith("="):
            fields.setdefault(plain, value.strip())
    if len(named) > 1:
        raise CTError(f"{path.name} names several data files; only one is read")
    return TextHeader(fields, _one_file(path, named[0]) if named else path)


def read_meta_header(path: Path) -> TextHeader:
    """The header of a MetaImage file.

    Parameters
    ----------
    path : Path
        A file that ends in ``.mha`` or ``.mhd``; both may be detached headers.

    Returns
    -------
    TextHeader
        Fields and data file.

    Raises
    ------
    CTError
        The file is not a MetaImage, or its voxels are not in one file in its folder; the message
        names the file.
    """
    fields: dict[str, str] = {}
    for line in _lines(path):
        if not line.strip():
            continue
        match = META_LINE.fullmatch(line)
        # MetaIO skips blanks and separators before the value, even past the end of the line.
        value = match[2].lstrip(" \t=:").rstrip(" \t") if match else ""
        size = len(line.encode("utf-8", "surrogateescape"))
        if match is None or not value or size > MAX_META_LINE_BYTES:
            raise CTError(f"{path.name} cannot be read: a line of its header is no entry: {line}")
        name = match[1].lower()
        if re.sub(r"[^a-z]", "", name) != META_DATA:
            fields.setdefault(name, value)
            _refuse_odd_numbers(path, name, value, fields.get("ndims", ""))
        elif match[1] != "ElementDataFile":
            raise CTError(f"{path.name} names its data file in an unusual way: {line}")
        else:
            return TextHeader(fields, path if value in SAME_FILE else _one_file(path, value))
    raise CTError(f"{path.name} cannot be read: it names no data (ElementDataFile)")


def _refuse_odd_numbers(path: Path, name: str, value: str, axes: str) -> None:
    """Raise where an entry has fewer numbers than MetaIO reads: it would read the next line."""
    if name == "ndims":
        is_usable = re.fullmatch(r"[1-9]", value) is not None
    elif name in META_NUMBERS and axes:
        found = META_NUMBER.findall(value)
        is_usable = len(found) >= int(axes) ** META_NUMBERS[name] and value.split() == found
    else:
        is_usable = name not in META_NUMBERS
    if not is_usable:
        raise CTError(f"{path.name} cannot be read: its {name} is {value}")


def image_pair(path: Path) -> tuple[Path, Path]:
    """Header and voxels of a NIfTI pair or Analyze image, given either of the two files.

    Parameters
    ----------
    path : Path
        A file that ends in ``.hdr`` or ``.img``, or in one of these and ``.gz``.

    Returns
    -------
    tuple[Path, Path]
        Header file and voxel file.

    Raises
    ------
    CTError
        The other file is not beside it, or is a link out of the folder; the message names the file.
    """
    is_header = path.name.lower().endswith(HEADER_SUFFIXES)
    names = _partners(path)
    found = next((n for n in names if os.path.lexists(path.parent / n)), None)
    if found is None:
        what = "its voxels" if is_header else "its header"
        raise CTError(f"{path.name} cannot be read: {what}, {names[0]}, are not beside it")
    other = _inside(path, found)
    return (path, other) if is_header else (other, path)


def has_header(path: Path) -> bool:
    """Whether a file has the header of a NIfTI pair or Analyze image beside it.

    Parameters
    ----------
    path : Path
        Any file; other formats use the suffix ``.img`` too.
    """
    is_image = path.name.lower().endswith(IMAGE_SUFFIXES)
    return is_image and any(os.path.lexists(path.parent / n) for n in _partners(path))


def _partners(path: Path) -> list[str]:
    """Possible names of the other file of a pair, the most usual one first."""
    lower = path.name.lower()
    suffix = next(s for s in (*HEADER_SUFFIXES, *IMAGE_SUFFIXES) if lower.endswith(s))
    others = IMAGE_SUFFIXES if suffix in HEADER_SUFFIXES else HEADER_SUFFIXES
    stem = path.name[: -len(suffix)]
    return [stem + form for other in others for form in (other, other.upper())]


def _lines(path: Path) -> Iterator[str]:
    """The lines of a text header up to the first that is not text; undecodable bytes are kept."""
    with path.open("rb") as file:
        head = file.read(MAX_HEADER_BYTES + 1)
    for raw in head[:MAX_HEADER_BYTES].split(b"\n"):
        line = raw.removesuffix(b"\r").decode("utf-8", "surrogateescape")
        if any(ord(c) < 32 and c != "\t" for c in line):
            raise CTError(f"{path.name} cannot be read: its header is no text")
        yield line
    if len(head) > MAX_HEADER_BYTES:
        raise CTError(f"{path.name} has a header of over {MAX_HEADER_BYTES} bytes")


def _one_file(header: Path, name: str) -> Path:
    """The file that a text header names; ITK's lists and patterns of files are refused."""
    if name.startswith("LIST") or name.split()[0].upper() == "LIST" or "%" in name or name == "-":
        raise CTError(
            f"{header.name} names the data file {name}, which is a list or pattern of files or a"
            " stream: only one file is read"
        )
    return _inside(header, name)


def _inside(header: Path, name: str) -> Path:
    """The file that a header names, where it is a regular file in the header's folder or below."""
    if reason := why_refused(header.parent, name):
        raise CTError(f"{header.name} names the data file {name}, which {reason}")
    return header.parent / name
