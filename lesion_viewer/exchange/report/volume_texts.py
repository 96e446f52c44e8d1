"""Volumes of lesions and of the liver in the words of a report."""

from lesion_viewer.ct.study import Series
from lesion_viewer.errors import CTError
from lesion_viewer.exchange.same_pictures import SeriesOf
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.measurements.organ_volume import OrganVolume, liver_volume
from lesion_viewer.review.measurements.volumes import Outline, ml_text, volumes_of
from lesion_viewer.review.session import Session

OUTLINES = {
    Outline.MASK: "the reader's outlines",
    Outline.DETECTOR: "the detector's marks",
    Outline.MIXED: "outlines, in part the detector's",
}


def lesion_volume_text(finding: Finding, series: Series | None) -> str:
    """The volume of a lesion from its pixels, and whose they are.

    Parameters
    ----------
    finding : Finding
        A lesion.
    series : Series | None
        Its series; None where that is not there.

    Returns
    -------
    str
        Such as ``12.3 ml (the detector's marks on 9 slices)``; empty where nobody outlined it, or
        its volume cannot be told.
    """
    found = () if series is None else volumes_of(finding, series)
    texts = [
        f"{ml_text(volume.ml)} ml ({OUTLINES[volume.outline]} on {volume.slices} slices)"
        for volume in found
        if volume.outline in OUTLINES
    ]
    return "; ".join(texts)


def liver_rows(session: Session, series_of: SeriesOf | None) -> list[tuple[str, str]]:
    """The volume of the liver on each series on which a detector marked it.

    Parameters
    ----------
    session : Session
        The review.
    series_of : SeriesOf | None
        Function from series UID to series.

    Returns
    -------
    list[tuple[str, str]]
        Names and values; nothing while the detector's marks are hidden from the reader.
    """
    if series_of is None or session.reading.state.are_marks_hidden:
        return []
    rows = []
    for uid in session.state.latest_runs:
        livers = session.proposals.livers(uid)
        try:
            series = series_of(uid) if livers else None
        except (KeyError, CTError):
            continue
        if series is not None:
            volume = liver_volume(livers, session.proposals.swept_slices(uid), series)
            rows += [] if volume is None else [("Liver", liver_text(volume))]
    return rows


def liver_text(volume: OrganVolume) -> str:
    """The volume of a liver, and what it leaves open.

    Parameters
    ----------
    volume : OrganVolume
        As far as it was searched.

    Returns
    -------
    str
        Such as ``1480 ml (the detector's marks on 98 slices)``.
    """
    left = [f"{volume.searched} of {volume.total} slices searched"] * (
        volume.searched < volume.total
    )
    cut = ["cut by the end of the scan"] * volume.is_cut
    open_ = "".join(f"; {text}" for text in (*left, *cut))
    return f"{ml_text(volume.ml)} ml (the detector's marks on {volume.slices} slices{open_})"
