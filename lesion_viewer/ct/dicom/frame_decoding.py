"""Compressed pixels, decoded in a child process that can be stopped; started only when needed."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.errors import CTError
from lesion_viewer.system.child_pool import ask

CHILD = "lesion_viewer.ct.dicom.frame_decoding_child"
# A frame of 512 x 512 takes a hundredth of this.
SECONDS_A_FRAME = 4.0
SECONDS_A_MEGAPIXEL = 2.0
DTYPES = ("<u1", "<i1", "<u2", "<i2", "<u4", "<i4")
MAX_PIXEL_BYTES = 4


@dataclass(frozen=True, slots=True)
class FrameForm:
    """What a decoder has to know about a compressed frame.

    Attributes
    ----------
    syntax : str
        UID of the transfer syntax.
    rows, columns : int
        Size of the frame.
    bits_allocated, bits_stored : int
        Bits of the memory cell and of the value of a pixel.
    is_signed : bool
        Whether pixels are in two's complement.
    photometric : str
        Photometric Interpretation.
    """

    syntax: str
    rows: int
    columns: int
    bits_allocated: int
    bits_stored: int
    is_signed: bool
    photometric: str


def decode_frame(frame: bytes, form: FrameForm) -> NDArray[Any]:
    """The stored pixels of a compressed frame.

    Parameters
    ----------
    frame : bytes
        Codestream of the frame.
    form : FrameForm
        What the header states about the frame.

    Returns
    -------
    NDArray[Any]
        (rows, columns), not rescaled.

    Raises
    ------
    CTError
        The pixels cannot be decoded within the limits on memory and time, or do not match ``form``.
    """
    count = form.rows * form.columns
    seconds = SECONDS_A_FRAME + SECONDS_A_MEGAPIXEL * count / 1e6
    try:
        entries, data = ask(CHILD, asdict(form), frame, seconds, count * MAX_PIXEL_BYTES)
    except CTError as error:
        reason = str(error)
        raise CTError(
            reason if reason.startswith("cannot be decoded") else f"cannot be decoded: {reason}"
        ) from error
    dtype = entries["dtype"]
    if dtype not in DTYPES or len(data) != count * np.dtype(dtype).itemsize:
        raise CTError(f"holds pixels of shape {entries['shape']}, not as its header says")
    return np.frombuffer(data, dtype).reshape(form.rows, form.columns)
