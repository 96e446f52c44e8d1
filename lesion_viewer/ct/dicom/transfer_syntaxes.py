"""The transfer syntaxes that can be decoded, and the package that decodes each of them."""

from functools import cache
from importlib.util import find_spec

from lesion_viewer.errors import CTError

IMPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG_ENDIAN = "1.2.840.10008.1.2.2"
UNCOMPRESSED = (IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, DEFLATED, EXPLICIT_BIG_ENDIAN)

# Module to the package that contains it.
PACKAGES = {
    "gdcm": "python-gdcm",
    "openjpeg": "pylibjpeg-openjpeg",
    "pydicom": "pydicom",
}
# Any one of the modules decodes the syntax (PS3.5 section 8.2 and annex A.4).
_JPEG = "1.2.840.10008.1.2.4"
DECODERS = {
    "1.2.840.10008.1.2.5": ("pydicom",),
    f"{_JPEG}.50": ("gdcm",),
    f"{_JPEG}.51": ("gdcm",),
    f"{_JPEG}.57": ("gdcm",),
    f"{_JPEG}.70": ("gdcm",),
    f"{_JPEG}.80": ("gdcm",),
    f"{_JPEG}.81": ("gdcm",),
    f"{_JPEG}.90": ("openjpeg", "gdcm"),
    f"{_JPEG}.91": ("openjpeg", "gdcm"),
    f"{_JPEG}.201": ("openjpeg",),
    f"{_JPEG}.202": ("openjpeg",),
    f"{_JPEG}.203": ("openjpeg",),
}


def is_compressed(syntax: str) -> bool:
    """Whether pixels in a transfer syntax consist of fragments that need a decoder.

    Parameters
    ----------
    syntax : str
        UID.
    """
    return syntax not in UNCOMPRESSED


def refuse_undecodable(syntax: str) -> None:
    """Raise where no installed package decodes a transfer syntax.

    Parameters
    ----------
    syntax : str
        UID.

    Raises
    ------
    CTError
        Nothing decodes it; the message names the syntax, and a package that would decode it.
    """
    if syntax in UNCOMPRESSED:
        return
    modules = DECODERS.get(syntax, ())
    if any(map(_is_installed, modules)):
        return
    if not modules:
        raise CTError(
            f"is stored as {syntax_name(syntax)}, which no package that we know decodes: "
            "ask for it uncompressed"
        )
    package = PACKAGES[modules[0]]
    raise CTError(f"is stored as {syntax_name(syntax)}, which needs the package {package}")


def syntax_name(syntax: str) -> str:
    """The name and UID of a transfer syntax; the UID alone where it has no name.

    Parameters
    ----------
    syntax : str
        UID.

    Returns
    -------
    str
        For example "JPEG 2000 Image Compression, 1.2.840.10008.1.2.4.91".
    """
    from pydicom.uid import UID

    name = UID(syntax).name
    return name if name == syntax else f"{name}, {syntax}"


@cache
def _is_installed(module: str) -> bool:
    return find_spec(module) is not None
