"""Which CT with label volumes to learn from: the ``[data]`` part of a recipe of that kind."""

from dataclasses import dataclass

from lesion_viewer.errors import TrainingError


@dataclass(frozen=True, slots=True)
class LabelledData:
    """Which CT with label volumes or DICOM segmentations a recipe learns from.

    Attributes
    ----------
    folder : str
        Its folders are one patient each.
    liver : str
        Labels of the liver with all that lies in it, such as ``1, 2``; voxels of the lesions are
        counted to it in any case.
    lesions : str
        Labels of the lesions, such as ``2`` or ``10-17``; a patient without any has none.
    validation : tuple[str, ...]
        Names of the patients' folders that are not learned from.
    images : str
        Name of the CT in each folder, a file or a folder.
    labels : str
        Name of the label volume in each folder.

    Raises
    ------
    TrainingError
        Where the labels of the liver or of the lesions are not named.
    """

    folder: str
    liver: str
    lesions: str
    validation: tuple[str, ...] = ()
    images: str = "CT"
    labels: str = "labels.nii.gz"

    def __post_init__(self) -> None:
        for name in ("liver", "lesions"):
            if not getattr(self, name).strip():
                raise TrainingError(f"{name} in data names labels, such as 1 or 10-17")
