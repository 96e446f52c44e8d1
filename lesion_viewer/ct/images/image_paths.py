"""Which files are images by their names, and which file holds the voxels of each."""

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
# Where data in a file of its own is stored in another way than voxel by voxel from its beginning.
SKIPS = {"byteskip", "lineskip", "headersize"}


@dataclass(frozen=True, slots=True)
class ImagePaths:
    """Where an image lies.

    Attributes
    ----------
    header, data : Path
        Its header and its voxels: one and the same file, or two.
    stated : TextHeader | None
        The header, where that is text.
    """

    header: Path
    data: Path
    stated: TextHeader | None = None

    @property
    def is_plain(self) -> bool:
        """Whether the data is a file of its own that holds the voxels and nothing else."""
        if self.stated is None:
            return self.data != self.header and self.data.suffix.lower() == ".img"
        fields = self.stated.fields
        is_packed = fields.get("compresseddata", "").lower() == "true"
        is_raw = fields.get("encoding", "raw").lower() == "raw" and not is_packed
        return self.data != self.header and is_raw and SKIPS.isdisjoint(fields)


def is_image_file(path: Path) -> bool:
    """Whether a file is NIfTI, Analyze, NRRD or MetaImage by its name.

    Parameters
    ----------
    path : Path
        Of the file; one by the name of ``.img`` counts where its header lies beside it.
    """
    name = path.name.lower()
    return name.endswith(SUFFIXES) or (name.endswith(IMAGE_SUFFIXES) and has_header(path))


def image_paths(path: Path) -> ImagePaths:
    """Header and voxels of an image file.

    Parameters
    ----------
    path : Path
        Of the file, by whose name its format is known.

    Raises
    ------
    CTError
        Where the voxels do not lie in one file in the folder of the header; names the file.
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
    """What names an image wherever it lies: the SHA-256 of its file, or of header and voxels.

    Parameters
    ----------
    path : Path
        Of the file; many an image has the same detached header, so that alone is no name.

    Raises
    ------
    CTError
        As ``image_paths``.
    """
    files, digest = image_paths(path), sha256()
    for one in dict.fromkeys((files.header, files.data)):
        with one.open("rb") as file:
            while chunk := file.read(2**20):
                digest.update(chunk)
    return digest.hexdigest()
