"""A study that still arrives: what is there of it can be looked at, and is marked as a part."""

from dataclasses import replace
from pathlib import Path

from lesion_viewer.ct.collecting import collected
from lesion_viewer.ct.dicom.series import read_dicom
from lesion_viewer.ct.files.opened_files import FolderFiles
from lesion_viewer.ct.study import ARRIVING, Collection, Fault
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.picture_identity import slice_name
from lesion_viewer.errors import CTError
from lesion_viewer.text import Text

FILES = "*.dcm"
GONE = Text("the download ended before it was read")


class _MovingFiles(FolderFiles):
    """Files of a folder that gets another name once all of them are there."""

    def __init__(self, folder: Path, whole: Path, names: tuple[str, ...]) -> None:
        super().__init__(folder, names)
        self._whole = FolderFiles(whole, names)

    def read(self, name: str, offset: int = 0, size: int = -1) -> bytes:
        try:
            return super().read(name, offset, size)
        except CTError:
            return self._whole.read(name, offset, size)


def open_arriving(folder: Path, whole: Path, total: int) -> Collection:
    """What has come of a study, each of its series with the fault ``arriving``.

    Slices are ordered by their positions among those that are there; where more come, indices
    shift. A slice is the same one by its SOP Instance UID alone.

    Parameters
    ----------
    folder : Path
        Into which DICOM files are written, each whole.
    whole : Path
        What the folder is named once the study is whole.
    total : int
        How many files the study has.

    Returns
    -------
    Collection
        Without studies where no CT slice has come yet.
    """
    names = tuple(sorted(path.name for path in folder.glob(FILES)))
    series, left_out = read_dicom(_MovingFiles(folder, whole, names), names, lambda done: None)
    text = Text(
        "Still arriving, not the whole study: {done:,} of {total:,} images are here.",
        done=len(names),
        total=total,
    )
    return _marked(collected(folder, series, (), left_out), text)


def broken_off(found: Collection, done: int, total: int) -> Collection:
    """What had come of a study when its download ended before it was whole.

    Parameters
    ----------
    found : Collection
        As ``open_arriving`` gave it last.
    done, total : int
        How many images are in ``found``, and of how many.

    Returns
    -------
    Collection
        The same series, each with the fault ``arriving`` that says that no more will come.
    """
    text = Text(
        "NOT THE WHOLE STUDY: {done:,} of {total:,} images are here, and no more will come.",
        done=done,
        total=total,
    )
    return _marked(found, text)


def carried_over(former: CTVolume, found: Collection) -> CTVolume:
    """The volume of the series on show as it is now, with the slices that were read of it before.

    Parameters
    ----------
    former : CTVolume
        Volume of a series of the same study, of which fewer images were there.
    found : Collection
        What is there now.

    Returns
    -------
    CTVolume
        Of the series that has the most of the former slices.
    """
    known = {slice_name(source): n for n, source in enumerate(former.series.slices)}
    series = max(found.series, key=lambda s: sum(slice_name(one) in known for one in s.slices))
    volume = CTVolume(series)
    for index, source in enumerate(series.slices):
        place = known.get(slice_name(source))
        if place is not None and former.is_loaded[place]:
            volume.put(index, former.voxels[place])
    return volume


def give_up_unread(volume: CTVolume) -> None:
    """Say of the slices of a volume that were not read that they are gone.

    Parameters
    ----------
    volume : CTVolume
        Of a study whose download was broken off.
    """
    for index in range(len(volume)):
        if not volume.is_settled(index):
            volume.fail(index, GONE)


def _marked(found: Collection, text: Text) -> Collection:
    """Every series with what is said of its arriving, before its other faults."""
    fault = Fault(ARRIVING, text)
    studies = tuple(
        replace(
            study,
            series=tuple(
                replace(one, faults=(fault, *(f for f in one.faults if f.code != ARRIVING)))
                for one in study.series
            ),
        )
        for study in found.studies
    )
    return replace(found, studies=studies)
