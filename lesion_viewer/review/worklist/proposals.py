"""A detector's proposals for all slices of a project, each of which it answers once."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.identity import DetectorInfo
from lesion_viewer.detection.sweep import Sweep
from lesion_viewer.errors import CTError
from lesion_viewer.review.finding import Origin, OriginKind
from lesion_viewer.review.session import Session
from lesion_viewer.review.study_reviews import refuse_other_image
from lesion_viewer.review.worklist.work_list import Item, WorkList

if TYPE_CHECKING:
    from lesion_viewer.detection.detector import Detector


def origin_of(info: DetectorInfo) -> Origin:
    """The origin of what a detector proposes.

    Parameters
    ----------
    info : DetectorInfo
        What the detector is.

    Returns
    -------
    Origin
        Its kind is ``MODEL``.
    """
    return Origin(OriginKind.MODEL, info.name, info.version, info.sha256)


def unanswered(
    project: WorkList, session: Session, info: DetectorInfo, items: Iterable[Item] | None = None
) -> list[Item]:
    """Items whose slice a model has not answered yet; only those with an image.

    Parameters
    ----------
    project : WorkList
        The project.
    session : Session
        Its review.
    info : DetectorInfo
        What the detector is.
    items : Iterable[Item] | None
        The items to look through; None for all.

    Returns
    -------
    list[Item]
        In their order.
    """
    origin = origin_of(info)
    wanted = project.items if items is None else items
    return [
        item
        for listed in wanted
        for item in project.slices_of(listed)
        if item.is_present and item.slice_index not in session.swept_slices(item.series_uid, origin)
    ]


def propose(
    project: WorkList,
    session: Session,
    detector: "Detector",
    items: Iterable[Item],
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[Item, str]]:
    """Run a detector on items and record its answers, one item at a time.

    It can be stopped at any item: what was answered is in the journal.

    Parameters
    ----------
    project : WorkList
        The project.
    session : Session
        Its review.
    detector : Detector
        With its weights.
    items : Iterable[Item]
        Whose slices are to be answered.
    is_cancelled : Callable[[], bool]
        Asked before each item; true stops.

    Yields
    ------
    tuple[Item, str]
        Each item, and why its slice could not be read or is another image than the one reviewed;
        empty where it was answered.

    Raises
    ------
    DetectionError
        Where the detector fails.
    """
    for item in items:
        if is_cancelled():
            return
        try:
            refuse_other_image(session, project.series(item.series_uid), item.slice_index)
            found = detect_item(project, detector, item)
        except CTError as error:
            yield item, str(error)
            continue
        record_proposals(session, item.series_uid, origin_of(detector.info), found)
        yield item, ""


def detect_item(project: WorkList, detector: "Detector", item: Item) -> SliceDetections:
    """What a detector finds on an item's slice; only the slices that it looks at are read.

    Parameters
    ----------
    project : WorkList
        The project.
    detector : Detector
        With its weights.
    item : Item
        Of the project.

    Returns
    -------
    SliceDetections
        Of the item's slice.

    Raises
    ------
    CTError
        Where the slice is missing, or one that the detector looks at cannot be read.
    """
    series = project.series(item.series_uid)
    there = project.present(item.series_uid)
    count = len(series.slices)
    absent = frozenset(range(count)) - there
    if item.slice_index in absent:
        raise CTError(f"{series.slices[item.slice_index].file} is missing")
    seen = detector.info.neighbours.around(item.slice_index, count, series.spacing_mm, absent)
    volume = CTVolume(series)
    for i in range(count):
        if i == item.slice_index or i in seen:
            volume.put(i, series.decode(i))
        else:
            volume.fail(i, "is not looked at")
    (found,) = Sweep(detector, volume, [item.slice_index], item.slice_index)
    return found


def record_proposals(
    session: Session, series_uid: str, origin: Origin, found: SliceDetections
) -> None:
    """Record a model's answer to a slice.

    Parameters
    ----------
    session : Session
        The review.
    series_uid : str
        UID of the series.
    origin : Origin
        The model.
    found : SliceDetections
        The answer.
    """
    session.record_detections(session.begin_run(series_uid, origin), [found])
