"""The images of one DICOM file: a single image, or the frames of an enhanced CT."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lesion_viewer.ct.dicom.datasets import dataset_before_pixels
from lesion_viewer.ct.dicom.header import DicomHeader, Tag, dataset_bytes, read_header
from lesion_viewer.ct.files.opened_files import Files
from lesion_viewer.errors import CTError

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

# Enhanced, legacy converted enhanced (PS3.3 A.38 and A.70).
ENHANCED_CT_IMAGES = ("1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2")
MAX_FRAMES = 2**15
# The functional groups of a frame have 1 to 3 kB.
MAX_HEADER_BYTES = 2**26

SHARED_GROUPS = 0x52009229
PER_FRAME_GROUPS = 0x52009230
FRAME_TYPE_GROUP, FRAME_TYPE = 0x00189329, 0x00089007
FRAME_CONTENT_GROUP = 0x00209111
REAL_WORLD_GROUP, UNITS, CODE_VALUE = 0x00409096, 0x004008EA, 0x00080100
# Hounsfield units in UCUM, with and without its brackets (PS3.16 CID 7181).
HOUNSFIELD_CODES = ("[hnsf'U]", "hnsf'U")
# Functional group to the elements that a slice needs (PS3.3 C.7.6.16.2 and C.8.15.3).
GROUPS = {
    0x00289110: (Tag.PIXEL_SPACING, Tag.SLICE_THICKNESS, Tag.SPACING_BETWEEN_SLICES),
    0x00209113: (Tag.IMAGE_POSITION,),
    0x00209116: (Tag.IMAGE_ORIENTATION,),
    0x00289132: (Tag.WINDOW_CENTER, Tag.WINDOW_WIDTH, Tag.VOI_LUT_FUNCTION),
    0x00189118: (Tag.CARDIAC_PHASE,),
    0x00209253: (Tag.RESPIRATORY_PHASE,),
    0x00189314: (Tag.CONVOLUTION_KERNEL,),
    0x00189325: (Tag.KVP,),
    0x00289145: (Tag.RESCALE_INTERCEPT, Tag.RESCALE_SLOPE, Tag.RESCALE_TYPE),
}


def read_images(files: Files, name: str) -> list[DicomHeader]:
    """The header of each image in a DICOM file: one image, or the frames of an enhanced CT.

    Parameters
    ----------
    files : Files
        Files of the opened path.
    name : str
        Name of the file.

    Returns
    -------
    list[DicomHeader]
        One header per frame, with the frame's own values; one header for other files.

    Raises
    ------
    CTError
        The file cannot be read, is not DICOM, or its frames are not described as PS3.3 C.7.6.16
        requires; the message does not name the file.
    """
    header = read_header(files, name)
    is_enhanced = header.text(Tag.SOP_CLASS_UID) in ENHANCED_CT_IMAGES
    if not is_enhanced or header.text(Tag.MODALITY).upper() != "CT" or not header.has_pixels:
        return [header]
    count = header.number(Tag.NUMBER_OF_FRAMES) or 0
    if not 1 <= count <= MAX_FRAMES or count != int(count):
        raise CTError(f"has an unusable number of frames: {count:g}")
    if header.pixel_offset > MAX_HEADER_BYTES:
        raise CTError(f"has a header of over {MAX_HEADER_BYTES} bytes")
    shared, per_frame = _functional_groups(files, header)
    if len(per_frame) != int(count):
        raise CTError(f"describes {len(per_frame)} frames and says that it has {count:.0f}")
    return [
        replace(
            header,
            values={**header.values, **_values(shared), **_values(groups)},
            frame=index,
            frames=int(count),
        )
        for index, groups in enumerate(per_frame)
    ]


def _functional_groups(files: Files, header: DicomHeader) -> tuple["Dataset", list["Dataset"]]:
    """The shared functional groups, and those of each frame."""
    from pydicom.dataset import Dataset

    data = dataset_bytes(files, header, header.pixel_offset)
    try:
        dataset = dataset_before_pixels(data)
        shared = list(dataset[SHARED_GROUPS].value) if SHARED_GROUPS in dataset else []
        per_frame = list(dataset[PER_FRAME_GROUPS].value) if PER_FRAME_GROUPS in dataset else []
    except Exception as error:  # pydicom raises many kinds for what is damaged
        raise CTError(f"has a damaged header: {error}") from error
    return (shared[0] if shared else Dataset()), per_frame


def _values(groups: "Dataset") -> dict[int, bytes]:
    """The values of a frame's functional groups, as stored in the file."""
    try:
        values = {
            int(tag): _bytes_of(item, tag)
            for group, tags in GROUPS.items()
            for item in _items(groups, group)
            for tag in tags
            if tag in item
        }
        for item in _items(groups, FRAME_TYPE_GROUP):
            if FRAME_TYPE in item:
                values[Tag.IMAGE_TYPE] = _bytes_of(item, FRAME_TYPE)
        for item in _items(groups, FRAME_CONTENT_GROUP):
            values |= _content(item)
        if units := _other_units(groups):
            values[Tag.RESCALE_TYPE] = units
    except Exception as error:  # pydicom raises many kinds for what is damaged
        raise CTError(f"has damaged functional groups: {error}") from error
    return values


def _items(groups: "Dataset", group: int) -> Iterator["Dataset"]:
    """The first item of a functional group; the standard allows only one."""
    if group in groups:
        yield from list(groups[group].value)[:1]


def _bytes_of(item: "Dataset", tag: int) -> bytes:
    value: Any = item.get_item(tag).value
    if isinstance(value, bytes):
        return value
    parts = value if isinstance(value, list | tuple) or hasattr(value, "append") else [value]
    return "\\".join(map(str, parts)).encode()


def _content(item: "Dataset") -> dict[int, bytes]:
    """Values that identify the acquisition of a frame, under the tags of single images."""
    numbers = {
        Tag.ACQUISITION_NUMBER: item.get("FrameAcquisitionNumber"),
        Tag.ACQUISITION_DATE_TIME: item.get("FrameAcquisitionDateTime"),
        Tag.TEMPORAL_POSITION: item.get("TemporalPositionIndex"),
        Tag.STACK_ID: item.get("StackID"),
    }
    return {tag: str(n).encode() for tag, n in numbers.items() if n is not None}


def _other_units(groups: "Dataset") -> bytes:
    """The unit of a frame that is not in HU, for example of a perfusion map; else empty."""
    for item in _items(groups, REAL_WORLD_GROUP):
        for code in _items(item, UNITS):
            unit = str(code[CODE_VALUE].value) if CODE_VALUE in code else ""
            if unit and unit not in HOUNSFIELD_CODES:
                return unit.encode()
    return b""
