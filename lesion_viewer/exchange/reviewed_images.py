"""The images of a review, found again from what the review knows of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lesion_viewer.ct.images.numbered_slices import NumberedSlices, numbered_series
from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.study import Series
from lesion_viewer.exchange.deeplesion.image_files import list_slices
from lesion_viewer.exchange.found_images import find_images
from lesion_viewer.exchange.same_pictures import (
    PictureOf,
    Say,
    SeriesOf,
    same_images,
    same_series,
)


@dataclass(frozen=True, slots=True)
class ReviewedImages:
    """What a review knows of its images.

    Attributes
    ----------
    picture_of : PictureOf
        What was reviewed of a series.
    numbered : Mapping[str, NumberedSlices]
        UID -> series of a work list of numbered slices; empty for any other review.
    names : Sequence[str]
        Names of images in the list's annotations, where they are not DeepLesion's.
    """

    picture_of: PictureOf
    numbered: Mapping[str, NumberedSlices]
    names: Sequence[str] = ()

    def among(self, images: Path, say: Say = lambda text: None) -> SeriesOf:
        """A lookup of the review's series among image files, without images that changed since.

        Parameters
        ----------
        images : Path
            Folder or file of the study; for a work list of numbered slices its folder.
        say : Say
            Receives one sentence for each picture that changed since the review.

        Returns
        -------
        SeriesOf
            Function from series UID to series; it raises KeyError for one that is not there.

        Raises
        ------
        CTError
            Where there is no CT under the path.
        """
        if not self.numbered:
            return same_series(self.picture_of, open_collection(images).series, say)
        there = self._files(images)

        def series_of(uid: str) -> Series:
            slices = self.numbered[uid]
            return numbered_series(images, slices, there.get(slices.folder, {}))

        return same_images(self.picture_of, series_of, say)

    def _files(self, root: Path) -> Mapping[str, Mapping[int, str]]:
        """Folder -> number -> file of the numbered slices that are there."""
        if self.names:
            return find_images(root, self.names).there
        return list_slices(root, dict.fromkeys(one.folder for one in self.numbered.values()))
