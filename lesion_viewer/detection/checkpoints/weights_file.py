"""The weights file of a checkpoint, verified by the hash in the card."""

from hashlib import sha256
from pathlib import Path

from lesion_viewer.errors import DetectionError

MAX_WEIGHTS_BYTES = 2**32


def refuse_large(file: Path, most: int) -> None:
    """Raise where a file is too large to be read.

    Parameters
    ----------
    file : Path
        File of a checkpoint.
    most : int
        Largest accepted size in bytes.

    Raises
    ------
    DetectionError
        The file is larger; the message names it.
    """
    if file.stat().st_size > most:
        raise DetectionError(f"{file} is larger than {most} bytes")


def verified_weights(file: Path, expected_sha256: str) -> bytes:
    """The content of a weights file.

    Parameters
    ----------
    file : Path
        File in the folder of a checkpoint.
    expected_sha256 : str
        Hash in the checkpoint's card.

    Returns
    -------
    bytes
        Content with that hash.

    Raises
    ------
    DetectionError
        The file cannot be read, is too large or has another hash; the message names it.
    """
    try:
        refuse_large(file, MAX_WEIGHTS_BYTES)
        data = file.read_bytes()
    except OSError as error:
        raise DetectionError(f"{file} cannot be read: {error.strerror}") from error
    if sha256(data).hexdigest() != expected_sha256:
        raise DetectionError(
            f"{file} is not what its card describes: its SHA-256 differs; download it again"
        )
    return data
