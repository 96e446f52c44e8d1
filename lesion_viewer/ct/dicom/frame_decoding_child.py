"""The child process of ``frame_decoding``, which decodes compressed frames."""

from typing import Any

from numpy.typing import NDArray
from pydicom.encaps import encapsulate
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import UID

from lesion_viewer.ct.dicom.jpeg_extended import JPEG_EXTENDED, decode_jpeg_extended
from lesion_viewer.system.child_server import serve


def decode(form: dict[str, Any], frame: bytes) -> tuple[dict[str, Any], NDArray[Any]]:
    """Type and shape of the stored pixels of a frame, and the pixels.

    Parameters
    ----------
    form : dict[str, Any]
        The attributes of ``frame_decoding.FrameForm``.
    frame : bytes
        Codestream of the frame.

    Returns
    -------
    tuple[dict[str, Any], NDArray[Any]]
        ``dtype`` and ``shape``; pixels (rows, columns) in little endian.

    Raises
    ------
    ValueError
        The decoded shape is not the one that the header states; decoders raise their own errors
        too.
    """
    pixels = _stored_pixels(form, frame)
    pixels = pixels.astype(pixels.dtype.newbyteorder("<"), copy=False)
    if pixels.shape != (form["rows"], form["columns"]):
        raise ValueError(f"holds pixels of shape {pixels.shape}, not as its header says")
    return {"dtype": pixels.dtype.str.replace("|", "<"), "shape": list(pixels.shape)}, pixels


def _stored_pixels(form: dict[str, Any], frame: bytes) -> NDArray[Any]:
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


def _load_decoders() -> None:
    """Import the decoders before limits apply, so that their memory does not count."""
    for module in ("gdcm", "openjpeg"):
        try:
            __import__(module)
        except ImportError:
            pass  # syntaxes that need it were refused before


if __name__ == "__main__":
    _load_decoders()
    serve(decode)
