"""A zip of slices, unpacked so that nothing leaves its folder."""

import re
import shutil
import zipfile
import zlib
from pathlib import Path

from lesion_viewer.errors import TrainingError

SLICE = re.compile(r"(?:.*/)?(\d+_\d+_\d+/\d+\.png)")
IMAGES = "Images_png"
MOST_BYTES = 2**24
"""Of a slice; the largest, of 1024 x 1024 pixels of 2 bytes, have 2 MB."""


def unpack(archive: Path, folder: Path) -> None:
    """Put the slices of a zip under ``Images_png``, each written whole or not at all.

    Whatever else a zip holds, and wherever it says that it belongs, stays in it.

    Raises
    ------
    TrainingError
        Where the zip is damaged or holds no slice of DeepLesion.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            slices = {
                match[1]: member
                for member in opened.infolist()
                if (match := SLICE.fullmatch(member.filename))
            }
            if not slices or max(member.file_size for member in slices.values()) > MOST_BYTES:
                raise TrainingError(f"{archive} does not hold slices of DeepLesion")
            for name, member in slices.items():
                _write(opened, member, folder / IMAGES / name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise TrainingError(f"{archive} is damaged: {error}") from error


def _write(opened: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    with opened.open(member) as source, part.open("wb") as stream:
        shutil.copyfileobj(source, stream)
    part.replace(target)
