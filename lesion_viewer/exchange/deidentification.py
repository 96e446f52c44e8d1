"""An anonymous copy of a folder of DICOM images.

dicognito replaces names, numbers, addresses, UIDs and dates, equal values by equal new ones, and
keeps the intervals between dates. This module also removes what dicognito leaves: private elements,
free text, curves and overlays, any other element with a word of the patient's name or number, the
names of files and folders, and the 128-byte preamble. It does not examine pixels; files that may
have text burnt into their pixels are left out.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lesion_viewer.ct.dicom.beginning import (
    MARK,
    MARK_OFFSET,
    elements_offset,
    is_dicom,
    read_file_meta,
)
from lesion_viewer.ct.files.opened_files import FolderFiles
from lesion_viewer.errors import ExchangeError
from lesion_viewer.extras import missing
from lesion_viewer.system.atomic_files import save_bytes

if TYPE_CHECKING:
    from pydicom.dataelem import DataElement
    from pydicom.dataset import Dataset

FREE_TEXT = ("LT", "ST", "UT", "UC", "UN")
DESCRIBING = ("Description", "Comments", "ProtocolName")
NAMING = ("PatientName", "PatientID", "OtherPatientIDs", "OtherPatientNames", "AccessionNumber")
SHORTEST_WORD = 3


@dataclass(frozen=True, slots=True)
class DeidentifiedCopy:
    """The number of files in an anonymous copy, and the files that were left out.

    Attributes
    ----------
    files : int
        Number of files written.
    left_out : tuple[str, ...]
        One sentence for each file that was left out, with its name and the reason.
    """

    files: int
    left_out: tuple[str, ...]


def deidentify(folder: Path, output: Path) -> DeidentifiedCopy:
    """Write an anonymous copy of the CT images in ``folder`` and under it into ``output``.

    Parameters
    ----------
    folder : Path
        Folder with DICOM files, in it and in its subfolders.
    output : Path
        New or empty folder outside of ``folder``.

    Returns
    -------
    DeidentifiedCopy
        Number of files written, and the files that were left out.

    Raises
    ------
    ExchangeError
        Where dicognito is not installed, ``output`` cannot be used, or no file is a CT image.
    """
    anonymiser = _anonymiser()
    if not folder.is_dir():
        raise ExchangeError(f"{folder}: there is no such folder")
    if output.resolve().is_relative_to(folder.resolve()):
        raise ExchangeError(f"{output}: lies in the folder that is copied; choose another one")
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise ExchangeError(f"{output}: is not an empty folder")
    files = FolderFiles(folder)
    left_out = [f"{item.file} {item.reason}" for item in files.left_out]
    series: dict[str, int] = {}
    written = 0
    for name in files.names:
        try:
            image = _read(folder / name)
            _anonymise(image, anonymiser)
            content = _content(image)
        except ExchangeError as error:
            left_out.append(f"{name} {error}")
        else:
            number = series.setdefault(str(image.SeriesInstanceUID), len(series) + 1)
            save_bytes(output / f"series{number:03d}" / f"IM{written + 1:06d}.dcm", content)
            written += 1
    if not written:
        raise ExchangeError(f"{folder}: holds no CT image that could be anonymised")
    return DeidentifiedCopy(written, tuple(left_out))


def _anonymiser() -> Any:
    try:
        from dicognito.anonymizer import Anonymizer
    except ImportError as error:
        raise ExchangeError(missing("dicognito")) from error
    return Anonymizer()


def _read(path: Path) -> "Dataset":
    import pydicom

    try:
        data = path.read_bytes()
        if not is_dicom(data):
            raise ValueError("neither a mark nor a data set")
        syntax, _ = read_file_meta(data)
        marked = bytes(MARK_OFFSET) + MARK + data[elements_offset(data) :]
        image = pydicom.dcmread(io.BytesIO(marked))
        image.file_meta.TransferSyntaxUID = pydicom.uid.UID(syntax)
        for element in image.iterall():  # pydicom parses a value on access
            element.value  # noqa: B018
    except Exception as error:
        raise ExchangeError("is no DICOM file that can be read") from error
    modality = image.get("Modality")
    if modality != "CT" or "PixelData" not in image:
        raise ExchangeError("is no CT image")
    if str(image.get("BurnedInAnnotation", "NO")).upper() != "NO":
        raise ExchangeError("may have words burnt into its pixels")
    if "SECONDARY" in [str(kind).upper() for kind in image.get("ImageType") or ()]:
        raise ExchangeError("is a secondary image, which may have words burnt into its pixels")
    if not image.get("SeriesInstanceUID") or not image.get("SOPInstanceUID"):
        raise ExchangeError("has no UIDs")
    return image


def _anonymise(image: "Dataset", anonymiser: Any) -> None:
    words = set(_words_of_patient(image))
    try:
        anonymiser.anonymize(image)
    except Exception as error:
        raise ExchangeError(f"cannot be anonymised: {type(error).__name__}") from error
    image.remove_private_tags()

    def clean(dataset: "Dataset", element: "DataElement") -> None:
        is_free_text = element.VR in FREE_TEXT or element.keyword.endswith(DESCRIBING)
        is_overlay = 0x5000 <= element.tag.group < 0x5100 or 0x6000 <= element.tag.group < 0x6100
        if is_free_text or is_overlay or (element.VR != "SQ" and _names(element, words)):
            del dataset[element.tag]

    image.walk(clean)


def _words_of_patient(image: "Dataset") -> Iterator[str]:
    """Words of names and numbers, as they might stand elsewhere, in lower case."""
    for element in image.iterall():
        if element.VR == "PN" or element.keyword in NAMING:
            for word in re.split(r"[\s^=,;\\']+", str(element.value).strip("[]")):
                if len(word) >= SHORTEST_WORD:
                    yield word.lower()


def _names(element: "DataElement", words: set[str]) -> bool:
    if element.keyword == "PixelData" or element.VR in ("UI", "PN"):
        return False
    text = str(element.value).lower()
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) for word in words)


def _content(image: "Dataset") -> bytes:
    image.preamble = bytes(128)
    stream = io.BytesIO()
    try:
        image.save_as(stream, enforce_file_format=True)
    except Exception as error:
        raise ExchangeError(f"cannot be written: {type(error).__name__}") from error
    return stream.getvalue()
