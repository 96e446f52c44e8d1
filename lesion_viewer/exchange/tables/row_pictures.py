"""Whether a row of a CSV with DICOM UIDs was written for the image that now has these UIDs."""

from collections.abc import Callable, Iterable

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.volume.picture_identity import SAME_SPACING
from lesion_viewer.exchange.csv_records import Record, Table
from lesion_viewer.exchange.deeplesion.slice_geometry import numbers_in
from lesion_viewer.review.series_record import SeriesRecord


def other_picture_in(
    series: Iterable[Series | SeriesRecord], table: Table
) -> Callable[[Record, tuple[str, int] | None], str]:
    """A function that compares a row's image size and pixel size with the image in its place.

    Parameters
    ----------
    series : Iterable[Series | SeriesRecord]
        Series of the study, or of its review. Of a labelling project none, since its CSV defines
        its images.
    table : Table
        CSV with the rows. A CSV that names files in place of UIDs is not checked.

    Returns
    -------
    Callable[[Record, tuple[str, int] | None], str]
        Function from a record and its series UID and slice index to the difference; empty for none.
    """
    has_uids = "File_name" not in table.names
    known = {one.uid: one for one in series} if has_uids else {}

    def other_picture(record: Record, place: tuple[str, int] | None) -> str:
        one = known.get(place[0]) if place is not None else None
        return _difference(table, record, one) if one is not None else ""

    return other_picture


def _difference(table: Table, record: Record, series: Series | SeriesRecord) -> str:
    size, spacing = (numbers_in(table, record, name) for name in ("Image_size", "Spacing_mm_px_"))
    _, rows, columns = series.shape
    if size and size != [columns, rows]:
        written = " x ".join(f"{n:g}" for n in size)
        return f"is of an image of {written} pixels, but the image here has {columns} x {rows}"
    if len(spacing) < 2 or series.spacing_mm is None:
        return ""
    here = series.spacing_mm[:0:-1]
    if all(abs(a - b) <= SAME_SPACING * max(a, b) for a, b in zip(spacing, here, strict=False)):
        return ""
    written, present = (" x ".join(f"{mm:.3g}" for mm in pair) for pair in (spacing[:2], here))
    return f"is of an image with pixels of {written} mm, but the image here has {present} mm"
