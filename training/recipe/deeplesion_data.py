"""Which rows of DeepLesion to learn from: the ``[data]`` part of a recipe of that kind."""

import os
from dataclasses import dataclass
from pathlib import Path

from lesion_viewer.errors import TrainingError

FOLDER_VARIABLE = "LESION_TRAINING_DEEPLESION"
SPLITS = ("official", "paper", "paper_faster_rcnn", "patients")
UNLABELLED = ("background", "ignored")


@dataclass(frozen=True, slots=True)
class DeepLesionData:
    """Rows of DeepLesion.

    Attributes
    ----------
    split : ``official``, DeepLesion's own; ``paper``, LesaNet's; ``paper_faster_rcnn``, 76, 15 and
        9 % of the slices in the paper's way; ``patients``, as many percent of the patients' rows by
        ``seed``, which mixes the official parts: its weights say nothing of the official test
    folder : of all files below; where it is empty, the environment's ``LESION_TRAINING_DEEPLESION``
        names it
    annotations, images, tags : DeepLesion's CSV, its folder of images, and LesaNet's JSON, which is
        only read for a tag or LesaNet's split; relative to ``folder``, or anywhere
    tag : LesaNet's tag of the lesions, ``liver`` in the paper; empty takes all lesions
    types : DeepLesion's ``Coarse_lesion_type`` of the lesions, 4 is liver; empty takes all
    unlabelled : what lies on a slice beside its labelled lesions and their surroundings:
        ``background``, as in the paper, or ``ignored``, since nobody has read it in full
    seed : decides which patients, where the split does not

    Raises
    ------
    TrainingError
        For a split or a choice that there is not.
    """

    split: str
    folder: str = ""
    annotations: str = "DL_info.csv"
    images: str = "Images_png"
    tags: str = "text_mined_labels_171_and_split.json"
    tag: str = ""
    types: tuple[int, ...] = ()
    unlabelled: str = "background"
    seed: int = 0

    def __post_init__(self) -> None:
        for name, known in (("split", SPLITS), ("unlabelled", UNLABELLED)):
            if (value := getattr(self, name)) not in known:
                raise TrainingError(f"{name} in data is one of {', '.join(known)}, not '{value}'")

    @property
    def needs_tags(self) -> bool:
        """Whether LesaNet's JSON is read."""
        return bool(self.tag) or self.split in ("paper", "paper_faster_rcnn")

    def path(self, name: str) -> Path:
        """Where a file of the data set is.

        Raises
        ------
        TrainingError
            Where no folder was named.
        """
        folder = self.folder or os.environ.get(FOLDER_VARIABLE, "")
        if not folder and not Path(name).is_absolute():
            raise TrainingError(
                "DeepLesion is needed: name its folder as 'folder' in the recipe's [data] or in"
                f" {FOLDER_VARIABLE}; lesion-training download fetches it"
            )
        return Path(folder) / name
