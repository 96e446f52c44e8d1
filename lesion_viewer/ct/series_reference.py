"""Where a series lies, as a small value that another process, or a later run, can open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.study import Collection, Series
from lesion_viewer.ct.volume.picture_identity import (
    Name,
    Picture,
    compare_pixels_too,
    digests_of,
    picture_of,
)
from lesion_viewer.errors import CTError


@dataclass(frozen=True, slots=True)
class SeriesReference:
    """A series of a path, and the images that it held; picklable, and without a pixel.

    Attributes
    ----------
    path : Path
        The path that was opened, absolute.
    study_uid, series_uid : str
        UIDs of the series, as ``Series`` has them.
    picture : Picture
        Size, spacing, orientation, and name and position of each slice.
    digests : Mapping[Name, str]
        Digests of the pixels of its first, middle and last slice.
    """

    path: Path
    study_uid: str
    series_uid: str
    picture: Picture
    digests: Mapping[Name, str]

    def resolve(self) -> Series:
        """The series; the headers under the path are read, and three slices.

        Returns
        -------
        Series
            The same slices at the same indices, with the same pixels as far as they are compared.

        Raises
        ------
        CTError
            The path or the series is gone, or holds other images now; says which.
        """
        return self.found_in(open_collection(self.path))

    def found_in(self, images: Collection) -> Series:
        """The series in a collection that is open already, such as for its other series.

        Parameters
        ----------
        images : Collection
            What the path holds now.

        Returns
        -------
        Series
            As of ``resolve``.

        Raises
        ------
        CTError
            As of ``resolve``.
        """
        uids = self.study_uid, self.series_uid
        found = [s for s in images.series if (s.study_uid, s.uid) == uids]
        if not found:
            raise CTError(f"{self.path} no longer holds the series {self.series_uid}")
        changes = list(map(self._change_in, found))
        if "" in changes:
            return found[changes.index("")]
        raise CTError(
            f"{self.path}: the series {self.series_uid} is not the one that was meant: {changes[0]}"
        )

    def _change_in(self, series: Series) -> str:
        """How a series differs from the one that was meant; empty where it does not."""
        comparison = compare_pixels_too(self.picture, self.digests, series)
        if comparison.differences:
            return f"other {', '.join(comparison.differences)}"
        count = len(self.picture.names)
        if len(series.slices) != count:
            return f"it has {len(series.slices)} slices, and had {count}"
        if comparison.is_renumbered:
            return "its slices are in another order"
        return ""


def reference_of(images: Collection, series: Series) -> SeriesReference:
    """The reference to a series of a collection.

    Parameters
    ----------
    images : Collection
        What a path holds.
    series : Series
        One of ``images.series``, of which three slices are read.

    Returns
    -------
    SeriesReference
        Leads back to the series as long as the path holds the same images.
    """
    return SeriesReference(
        images.path, series.study_uid, series.uid, picture_of(series), digests_of(series)
    )
