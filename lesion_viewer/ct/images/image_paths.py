"""Image files, recognised by their names, and the files with their voxels."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from lesion_viewer.ct.images.detached_files import (
    HEADER_SUFFIXES,
    IMAGE_SUFFIXES,
    META_SUFFIXES,
    NRRD_SUFFIXES,
    TextHeader,
    has_header,
    image_pair,
    read_meta_header,
    read_nrrd_header,
)

SUFFIXES = (".nii", ".nii.gz", *NRRD_SUFFIXES, *META_SUFFIXES, *HEADER_SUFFIXES)
# Fields that say that a data file does not begin with the first voxel.
SKIPS = {"byteskip", "lineskip", "headersize"}


@dataclass(frozen=True, slots=True)
class ImagePaths:
    """The files that an image consists of.

    Attributes
    ----------
    header, data : Path
        Files with header and voxels: the same file, or two.
    stated : TextHeader | None
        The header where it is a text header, else None.
    """

    header: Path
    data: Path
    stated: TextHeader | None = None

    @property
    def is_plain(self) -> bool:
        """Whether the data file contains the voxels and nothing else."""
        if self.stated is None:
            return self.data != self.header and self.data.suffix.lower() == ".img"
        fields = self.stated.fields
        is_packed = fields.get("compresseddata", "").lower() == "true"
        is_raw = fields.get("encoding", "raw").lower() == "raw" and not is_packed
        return self.data != self.header and is_raw and SKIPS.isdisjoint(fields)


def is_image_file(path: Path) -> bool:
    """Whether the name of a file is that of a NIfTI, Analyze, NRRD or MetaImage file.

    Parameters
    ----------
    path : Path
        Any file; one that ends in ``.img`` counts where its header is beside it.
    """
    name = path.name.lower()
    return name.endswith(SUFFIXES) or (name.endswith(IMAGE_SUFFIXES) and has_header(path))


def image_paths(path: Path) -> ImagePaths:
    """Header and voxels of an image file.

    Parameters
    ----------
    path : Path
        An image file whose name tells its format.

    Returns
    -------
    ImagePaths
        The files, and the header where it is a text header.

    Raises
    ------
    CTError
        The voxels are not in one file in the folder of the header; the message names the file.
    """
    name = path.name.lower()
    if name.endswith(NRRD_SUFFIXES):
        stated = read_nrrd_header(path)
        return ImagePaths(path, stated.data, stated)
    if name.endswith(META_SUFFIXES):
        stated = read_meta_header(path)
        return ImagePaths(path, stated.data, stated)
    if name.endswith((*HEADER_SUFFIXES, *IMAGE_SUFFIXES)):
        return ImagePaths(*image_pair(path))
    return ImagePaths(path, path)


def content_key(path: Path) -> str:
    """An identifier of an image that does not depend on its path: SHA-256 of header and voxels.

    A detached header alone does not identify an image, because many images have equal headers.

    Parameters
    ----------
    path : Path
        An image file, as for ``image_paths``.

    Returns
    -------
    str
        64 hexadecimal digits.

    Raises
    ------
    CTError
        The voxels are not in one file in the folder of the header.
    """
    files, digest = image_paths(path), sha256()
    for one in dict.fromkeys((files.header, files.data)):
        with one.open("rb") as file:
            while chunk := file.read(2**20):
                digest.update(chunk)
    return digest.hexdigest()
