"""The description of a series in a journal, from which a review is exported without images."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import PurePosixPath
from typing import Any, Self, overload

from lesion_viewer.ct.images.numbered_slices import NumberedSlices
from lesion_viewer.ct.study import Series
from lesion_viewer.ct.volume.picture_identity import Name, Picture, picture_of
from lesion_viewer.review.events.slices import Names


@dataclass(frozen=True, slots=True)
class NumberedFiles(Sequence[str]):
    """Names of slices with consecutive numbers: ``109.png``, ``110.png`` ...

    Attributes
    ----------
    first : int
        Number of the first slice.
    last : int
        Number of the last slice.
    """

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
    """A series without its voxels, and without file names that may name a patient.

    Attributes
    ----------
    uid : str
        UID of the series.
    study_uid : str
        Study Instance UID; empty for a series of a project.
    modality : str
        As DICOM names it, ``CT``.
    shape : tuple[int, int, int]
        Slices, rows, columns.
    spacing_mm : tuple[float, float, float] | None
        Between slices, rows and columns, in mm; None where unknown.
    sop_instance_uids : tuple[str, ...]
        Of each slice; empty strings, or nothing, for files that have none.
    files : Sequence[str]
        Name of each slice's file, without folders, where it has no SOP Instance UID.
    window : tuple[float, float] | None
        Lower and upper HU of the window that the file gives; None where it gives none.
    absent : tuple[int, ...]
        Indices of annotated slices whose image was missing when the series was last opened.
    frames : tuple[int, ...]
        Frame of each slice in its file, as its picture has it; empty in older journals.
    orientation : tuple[float, ...]
        Direction cosines, as its picture has them; empty in older journals.
    positions : tuple[tuple[float, float, float], ...]
        X, y, z of each slice in mm, as its picture has them; empty in older journals.
    instance_numbers : tuple[int | None, ...]
        Of each slice, None where its file gives none; empty where no file does, and in older
        journals.
    names : Mapping[int, str]
        Slice index -> name of the slice's image in the annotations of another tool.
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
    frames: tuple[int, ...] = ()
    orientation: tuple[float, ...] = ()
    positions: tuple[tuple[float, float, float], ...] = ()
    instance_numbers: tuple[int | None, ...] = ()
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def picture(self) -> Picture:
        """The identity of the picture that was described."""
        count = self.shape[0]
        uids = self.sop_instance_uids or ("",) * count
        frames = self.frames or (-1,) * count
        names = (uid or file for uid, file in zip(uids, self.files, strict=True))
        return Picture(
            size=self.shape[1:],
            spacing_mm=self.spacing_mm,
            orientation=self.orientation,
            names=tuple(zip(names, frames, strict=True)),
            positions=self.positions,
        )

    @property
    def is_of_numbers(self) -> bool:
        """Whether its slices are numbered files of a work list, whether they are there or not."""
        return isinstance(self.files, NumberedFiles)

    @property
    def is_png(self) -> bool:
        """Whether its slices are PNG files, as DeepLesion's are."""
        return self.files[0].lower().endswith(".png")

    @classmethod
    def of(cls, series: Series) -> Self:
        """The record of a series.

        Parameters
        ----------
        series : Series
            As it was opened.
        """
        window, picture = series.file_window, picture_of(series)
        return cls(
            series.uid,
            series.study_uid,
            series.modality,
            series.shape,
            series.spacing_mm,
            tuple(s.sop_instance_uid for s in series.slices),
            tuple("" if s.sop_instance_uid else PurePosixPath(s.file).name for s in series.slices),
            (window.lower, window.upper) if window else None,
            frames=tuple(frame for _, frame in picture.names),
            orientation=picture.orientation,
            positions=picture.positions,
            instance_numbers=_instance_numbers(series),
        )

    @classmethod
    def of_numbered(
        cls, slices: NumberedSlices, absent: tuple[int, ...], names: Mapping[int, str] | None = None
    ) -> Self:
        """The record of a series of a labelling project.

        Parameters
        ----------
        slices : NumberedSlices
            Where its slices should be.
        absent : tuple[int, ...]
            Indices of annotated slices whose image is not there.
        names : Mapping[int, str] | None
            Slice index -> name in the annotations, where it is not DeepLesion's.
        """
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
            names=names or {},
        )

    def instance_number(self, slice_index: int) -> int | None:
        """The Instance Number of a slice's file.

        Parameters
        ----------
        slice_index : int
            From 0.

        Returns
        -------
        int | None
            None where the file gives none.
        """
        return self.instance_numbers[slice_index] if self.instance_numbers else None

    def encoded(self) -> dict[str, Any]:
        """The fields by name."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        if isinstance(self.files, NumberedFiles):
            values["files"] = {"first": self.files.first, "last": self.files.last}
        return values

    @classmethod
    def decoded(cls, encoded: Mapping[str, Any]) -> Self:
        """The record from what ``encoded`` gave.

        Parameters
        ----------
        encoded : Mapping[str, Any]
            The fields by name, as JSON gives them back.

        Raises
        ------
        ValueError
            Where they do not fit each other.
        """
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in encoded.items()
        }
        values["names"] = {int(i): str(name) for i, name in values.get("names", {}).items()}
        if isinstance(values["files"], Mapping):
            values["files"] = NumberedFiles(**values["files"])
        values["positions"] = tuple(map(tuple, values.get("positions", ())))
        record = cls(**values)
        if len(record.shape) != 3 or not all(isinstance(n, int) and n > 0 for n in record.shape):
            raise ValueError(f"a series of {record.shape} voxels")
        if len(record.instance_numbers) not in (0, record.shape[0]):
            raise ValueError(f"{len(record.instance_numbers)} numbers of {record.shape[0]} slices")
        if record.spacing_mm is not None and len(record.spacing_mm) != 3:
            raise ValueError(f"a spacing of {record.spacing_mm}")
        return record


class _NumberedNames(Names):
    """Names of numbered files, of which none is kept."""

    def __init__(self, files: NumberedFiles) -> None:
        super().__init__()
        self._files = files

    def __len__(self) -> int:
        return len(self._files)

    def at(self, index: int) -> Name:
        return (self._files[index], -1) if 0 <= index < len(self) else ("", index)

    def find(self, name: Name) -> int | None:
        number = name[0].partition(".")[0]
        if not (number.isascii() and number.isdecimal()):
            return None
        index = int(number) - self._files.first
        return index if self.at(index) == name else None


def names_in(description: Mapping[str, Any]) -> Names:
    """The names of a series' slices in a description of it.

    Parameters
    ----------
    description : Mapping[str, Any]
        As ``SeriesRecord.encoded`` gave it.

    Returns
    -------
    Names
        Of each slice.

    Raises
    ------
    ValueError
        Where its fields do not fit each other.
    """
    if isinstance(description["files"], Mapping):
        return _NumberedNames(NumberedFiles(**description["files"]))
    return Names(SeriesRecord.decoded(description).picture.names)


def _instance_numbers(series: Series) -> tuple[int | None, ...]:
    numbers = tuple(source.instance_number for source in series.slices)
    return () if all(number is None for number in numbers) else numbers
