"""What a journal keeps of a series, so that a review can be exported without its images."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any, Self

from lesion_viewer.ct.study import Series


@dataclass(frozen=True, slots=True)
class SeriesRecord:
    """A series without its voxels, and without names of files that may name a patient.

    Attributes
    ----------
    uid, study_uid, modality, shape, spacing_mm : as of the series
    sop_instance_uids : of each slice; empty strings for files that have none
    files : name of each slice's file, without folders, where it has no SOP Instance UID
    window : lower and upper HU of the window that the file gives; None where it gives none
    """

    uid: str
    study_uid: str
    modality: str
    shape: tuple[int, int, int]
    spacing_mm: tuple[float, float, float] | None
    sop_instance_uids: tuple[str, ...]
    files: tuple[str, ...]
    window: tuple[float, float] | None

    @property
    def is_png(self) -> bool:
        """Whether its slices are PNG files, as DeepLesion's are."""
        return self.files[0].lower().endswith(".png")

    @classmethod
    def of(cls, series: Series) -> Self:
        """The record of a series."""
        window = series.file_window
        return cls(
            series.uid,
            series.study_uid,
            series.modality,
            series.shape,
            series.spacing_mm,
            tuple(s.sop_instance_uid for s in series.slices),
            tuple("" if s.sop_instance_uid else PurePosixPath(s.file).name for s in series.slices),
            (window.lower, window.upper) if window else None,
        )

    def encoded(self) -> dict[str, Any]:
        """The fields by name."""
        return asdict(self)

    @classmethod
    def decoded(cls, fields: Mapping[str, Any]) -> Self:
        """The record with these fields."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in fields.items()
        }
        return cls(**values)
