"""12-bit JPEG (Process 2 and 4); GDCM decodes it, but not through pydicom."""

import numpy as np
from numpy.typing import NDArray

JPEG_EXTENDED = "1.2.840.10008.1.2.4.51"


def decode_jpeg_extended(frame: bytes, rows: int, columns: int) -> NDArray[np.uint16]:
    """The stored pixels of a 12-bit JPEG.

    Parameters
    ----------
    frame : bytes
        Codestream of the frame.
    rows, columns : int
        Size that the header states.

    Returns
    -------
    NDArray[np.uint16]
        (rows, columns), values 0 to 4095.

    Raises
    ------
    ValueError
        GDCM cannot decode the pixels, or their number differs from the stated size.
    """
    import gdcm

    image = gdcm.Image()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((columns, rows, 1))
    image.SetPhotometricInterpretation(
        gdcm.PhotometricInterpretation(gdcm.PhotometricInterpretation.MONOCHROME2)
    )
    image.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.GetTSType(JPEG_EXTENDED)))
    image.SetPixelFormat(gdcm.PixelFormat(1, 16, 12, 11, 0))
    image.SetDataElement(_pixel_data(frame))
    # GDCM returns the C string as str; pydicom converts it to bytes in the same way.
    data = image.GetBuffer().encode("utf-8", "surrogateescape")
    return np.frombuffer(data, np.uint16).reshape(rows, columns)


def _pixel_data(frame: bytes) -> object:
    import gdcm

    fragment = gdcm.Fragment()
    fragment.SetByteStringValue(frame)
    fragments = gdcm.SequenceOfFragments.New()
    fragments.AddFragment(fragment)
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetValue(fragments.__ref__())
    return element
