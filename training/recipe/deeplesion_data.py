"""Which rows of DeepLesion to learn from: the ``[data]`` part of a recipe of that kind."""

import os
from dataclasses import dataclass
from pathlib import Path

from lesion_viewer.detection.lesion_types import lesion_type_in
from lesion_viewer.errors import TrainingError

FOLDER_VARIABLE = "LESION_TRAINING_DEEPLESION"
SPLITS = ("official", "paper", "paper_faster_rcnn", "patients")
UNLABELLED = ("background", "ignored")


@dataclass(frozen=True, slots=True)
class DeepLesionData:
    """Which rows of DeepLesion a recipe learns from.

    Attributes
    ----------
    split : str
        ``official``, DeepLesion's own; ``paper``, LesaNet's; ``paper_faster_rcnn``, 76, 15 and 9 %
        of the slices as in the paper; ``patients``, the same shares of the rows by whole patients.
        ``patients`` mixes the official parts, so weights learned with it cannot be measured on the
        official test part.
    folder : str
        Folder of all files below; where it is empty, the environment variable
        ``LESION_TRAINING_DEEPLESION`` names it.
    annotations, images, tags : str
        DeepLesion's CSV, its folder of images, and LesaNet's JSON, which is only read for a tag or
        LesaNet's split; relative to ``folder``, or absolute.
    tag : str
        LesaNet's tag of the lesions, ``liver`` in the paper; empty takes all lesions.
    types : tuple[int | str, ...]
        Lesion types, as DeepLesion's numbers (4 is liver) or as names, those that a reader gave
        in a reviewed CSV included; empty takes all.
    unlabelled : str
        What a slice shows outside its labelled lesions and their surroundings: ``background``, as
        in the paper, or ``ignored``, since no reader labelled the whole slice.
    seed : int
        Decides which patients go into which part, where the split does not.

    Raises
    ------
    TrainingError
        For an unknown ``split`` or ``unlabelled``.
    """

    split: str
    folder: str = ""
    annotations: str = "DL_info.csv"
    images: str = "Images_png"
    tags: str = "text_mined_labels_171_and_split.json"
    tag: str = ""
    types: tuple[int | str, ...] = ()
    unlabelled: str = "background"
    seed: int = 0

    def __post_init__(self) -> None:
        for name, known in (("split", SPLITS), ("unlabelled", UNLABELLED)):
            if (value := getattr(self, name)) not in known:
                raise TrainingError(f"{name} in data is one of {', '.join(known)}, not '{value}'")
        if nameless := [one for one in self.types if not lesion_type_in(str(one))]:
            raise TrainingError(f"types in data are lesion types, not '{nameless[0]}'")

    @property
    def type_names(self) -> frozenset[str]:
        """The lesion types that are asked for, by name and without case; empty for all."""
        return frozenset(lesion_type_in(str(one)).casefold() for one in self.types)

    @property
    def needs_tags(self) -> bool:
        """Whether LesaNet's JSON is read."""
        return bool(self.tag) or self.split in ("paper", "paper_faster_rcnn")

    def path(self, name: str) -> Path:
        """Path of a file of the data set.

        Parameters
        ----------
        name : str
            Relative to the data set's folder, or absolute.

        Returns
        -------
        Path
            The path; whether the file exists is not checked.

        Raises
        ------
        TrainingError
            For a relative name where no folder was named.
        """
        folder = self.folder or os.environ.get(FOLDER_VARIABLE, "")
        if not folder and not Path(name).is_absolute():
            raise TrainingError(
                "DeepLesion is needed: name its folder as 'folder' in the recipe's [data] or in"
                f" {FOLDER_VARIABLE}; lesion-training download fetches it"
            )
        return Path(folder) / name
