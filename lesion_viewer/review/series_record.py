"""What a journal keeps of a series, so that a review can be exported without its images."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import PurePosixPath
from typing import Any, Self, overload

from lesion_viewer.ct.images.numbered_slices import NumberedSlices
from lesion_viewer.ct.study import Series


@dataclass(frozen=True, slots=True)
class NumberedFiles(Sequence[str]):
    """Names of slices with consecutive numbers: ``109.png``, ``110.png`` ..."""

    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        """The name at a place, from 0."""
        numbers = range(self.first, self.last + 1)[index]
        if isinstance(numbers, range):
            return [f"{n:03d}.png" for n in numbers]
        return f"{numbers:03d}.png"


@dataclass(frozen=True, slots=True)
class SeriesRecord:
    """A series without its voxels, and without names of files that may name a patient.

    Attributes
    ----------
    uid, study_uid, modality, shape, spacing_mm : as of the series
    sop_instance_uids : of each slice; empty strings, or nothing, for files that have none
    files : name of each slice's file, without folders, where it has no SOP Instance UID
    window : lower and upper HU of the window that the file gives; None where it gives none
    absent : annotated slices whose image was not there when the series was last opened
    """

    uid: str
    study_uid: str
    modality: str
    shape: tuple[int, int, int]
    spacing_mm: tuple[float, float, float] | None
    sop_instance_uids: tuple[str, ...]
    files: Sequence[str]
    window: tuple[float, float] | None
    absent: tuple[int, ...] = ()

    @property
    def is_of_project(self) -> bool:
        """Whether it is of a labelling project, and not of a study that was opened by itself."""
        return isinstance(self.files, NumberedFiles)

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

    @classmethod
    def of_numbered(cls, slices: NumberedSlices, absent: tuple[int, ...]) -> Self:
        """The record of a series of a labelling project."""
        window = slices.window
        return cls(
            uid=slices.uid,
            study_uid="",
            modality="CT",
            shape=(len(slices.numbers), *slices.shape),
            spacing_mm=slices.spacing_mm,
            sop_instance_uids=(),
            files=NumberedFiles(slices.numbers[0], slices.numbers[-1]),
            window=(window.lower, window.upper) if window else None,
            absent=absent,
        )

    def encoded(self) -> dict[str, Any]:
        """The fields by name."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        if isinstance(self.files, NumberedFiles):
            values["files"] = {"first": self.files.first, "last": self.files.last}
        return values

    @classmethod
    def decoded(cls, encoded: Mapping[str, Any]) -> Self:
        """The record with these fields."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in encoded.items()
        }
        if isinstance(values["files"], Mapping):
            values["files"] = NumberedFiles(**values["files"])
        record = cls(**values)
        if len(record.shape) != 3 or not all(isinstance(n, int) and n > 0 for n in record.shape):
            raise ValueError(f"a series of {record.shape} voxels")
        if record.spacing_mm is not None and len(record.spacing_mm) != 3:
            raise ValueError(f"a spacing of {record.spacing_mm}")
        return record
