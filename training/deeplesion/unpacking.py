"""A zip of slices, unpacked so that nothing leaves its folder."""

import re
import shutil
import zipfile
import zlib
from pathlib import Path

from lesion_viewer.errors import TrainingError
from lesion_viewer.system.atomic_files import replaced_file

SLICE = re.compile(r"(?:.*/)?(\d+_\d+_\d+/\d+\.png)")
IMAGES = "Images_png"
MOST_BYTES = 2**24
"""Largest size of a slice that is unpacked; real ones have up to 2 MB (1024 x 1024 pixels)."""


def unpack(archive: Path, folder: Path) -> None:
    """Write the slices in a zip to ``Images_png``, each file whole or not at all.

    Other members are left in the zip, whatever paths they name.

    Parameters
    ----------
    archive : Path
        The zip.
    folder : Path
        Folder of the data set, which holds ``Images_png``.

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
    with (
        opened.open(member) as source,
        replaced_file(target) as new,
        new.open("wb") as stream,
    ):
        shutil.copyfileobj(source, stream)
