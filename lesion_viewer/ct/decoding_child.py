"""The child process of ``decoding``: reads frames from stdin, writes their pixels to stdout."""

import json
import os
import sys
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from pydicom.encaps import encapsulate
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import UID

from lesion_viewer.ct.decoding import ANSWER, DTYPES, MAX_ANSWER_TEXT, PIXELS, REFUSED, REQUEST
from lesion_viewer.ct.jpeg_extended import JPEG_EXTENDED, decode_jpeg_extended

# For pixels and what a decoder needs beside them, on top of the program itself.
MEMORY_BYTES = 2**30


def limit_this_process(memory_bytes: int = MEMORY_BYTES) -> None:
    """Take away what decoding does not need: memory, core dumps, writing of files.

    Memory is limited where the system can do that (Linux); elsewhere the size that a header may
    claim and the time are what holds.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform == "linux":
        with open("/proc/self/statm", encoding="ascii") as file:
            pages = int(file.read().split()[0])
        most = pages * resource.getpagesize() + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def decode(frame: bytes, form: dict[str, Any]) -> NDArray[Any]:
    """The stored pixels (rows, columns) of one frame; each decoder raises its own errors."""
    if form["syntax"] == JPEG_EXTENDED and form["bits_stored"] == 12 and not form["is_signed"]:
        return decode_jpeg_extended(frame, form["rows"], form["columns"])
    options: dict[str, Any] = {
        "rows": form["rows"],
        "columns": form["columns"],
        "number_of_frames": 1,
        "samples_per_pixel": 1,
        "bits_allocated": form["bits_allocated"],
        "bits_stored": form["bits_stored"],
        "pixel_representation": int(form["is_signed"]),
        "photometric_interpretation": form["photometric"],
        "pixel_keyword": "PixelData",
    }
    data = encapsulate([frame], has_bot=False)
    pixels, _ = get_decoder(UID(form["syntax"])).as_array(data, index=0, **options)
    return pixels


def _serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    answers.write(b"\n")
    answers.flush()
    while len(head := requests.read(REQUEST.size)) == REQUEST.size:
        form_bytes, frame_bytes = REQUEST.unpack(head)
        form = json.loads(requests.read(form_bytes))
        _answer(requests.read(frame_bytes), form, answers)


def _answer(frame: bytes, form: dict[str, Any], answers: IO[bytes]) -> None:
    try:
        pixels = np.ascontiguousarray(decode(frame, form))
        pixels = pixels.astype(pixels.dtype.newbyteorder("<"), copy=False)
        dtype = DTYPES.index(pixels.dtype.str.replace("|", "<"))
        rows, columns = pixels.shape
    except MemoryError:
        os._exit(1)  # the other side says so
    except Exception as error:  # each decoder raises its own kinds
        lines = (line.strip() for line in str(error).splitlines())
        text = "; ".join(filter(None, lines)) or type(error).__name__
        data = text[:MAX_ANSWER_TEXT].encode("utf-8", "replace")
        answers.write(ANSWER.pack(REFUSED, 0, 0, 0, len(data)) + data)
    else:
        answers.write(ANSWER.pack(PIXELS, dtype, rows, columns, pixels.nbytes))
        answers.write(pixels.data)
    answers.flush()


def _load_decoders() -> None:
    """Import them before the limits, so that they do not count."""
    for module in ("gdcm", "openjpeg"):
        try:
            __import__(module)
        except ImportError:
            pass  # a syntax that needs it was refused by name before


if __name__ == "__main__":
    # What a library prints must not get between the answers.
    answering = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _load_decoders()
    limit_this_process()
    _serve(sys.stdin.buffer, answering)
