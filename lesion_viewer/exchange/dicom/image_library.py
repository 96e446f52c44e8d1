"""The images that a structured report speaks of (DICOM PS3.16 TID 1600)."""

from collections.abc import Sequence

from highdicom.sr import (
    CodeContentItem,
    ContainerContentItem,
    ContentSequence,
    ImageContentItem,
    ImageLibrary,
    RelationshipTypeValues,
)
from pydicom.dataset import Dataset

from lesion_viewer.exchange.dicom import codes

DESCRIBED = ("PixelSpacing", "ImageOrientationPatient", "ImagePositionPatient", "SliceThickness")
"""What describes a slice (TID 1604); an image of several frames has it with each of them."""


def image_library(images: Sequence[Dataset]) -> ContainerContentItem:
    """The library of some images: with their planes where all state them, else the bare images.

    Parameters
    ----------
    images : Sequence[Dataset]
        Their headers, at least one.

    Returns
    -------
    ContainerContentItem
        To be put under the root of a report.
    """
    if all(image.get(name) not in (None, "") for image in images for name in DESCRIBED):
        (described,) = ImageLibrary(images)
        return ContainerContentItem.from_dataset(described, copy=False)
    library, group = (
        ContainerContentItem(name, relationship_type=RelationshipTypeValues.CONTAINS)
        for name in (codes.LIBRARY, codes.LIBRARY_GROUP)
    )
    modality = CodeContentItem(
        codes.MODALITY, codes.CT, relationship_type=RelationshipTypeValues.HAS_ACQ_CONTEXT
    )
    entries = [
        ImageContentItem(
            codes.SOURCE,
            image.SOPClassUID,
            image.SOPInstanceUID,
            relationship_type=RelationshipTypeValues.CONTAINS,
        )
        for image in images
    ]
    group.ContentSequence = ContentSequence([modality, *entries])
    library.ContentSequence = ContentSequence([group])
    return library
