"""A detector's proposals for a whole project, ahead of the reader; what is answered stays so."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.checkpoints.checkpoint import Card
from lesion_viewer.detection.sweep import Sweep
from lesion_viewer.errors import CTError
from lesion_viewer.review.finding import Origin, OriginKind
from lesion_viewer.review.labelling.project import Item, Project
from lesion_viewer.review.session import Session

if TYPE_CHECKING:
    from lesion_viewer.detection.detector import Detector


def origin_of(card: Card) -> Origin:
    """The origin of what a detector with this card proposes."""
    return Origin(OriginKind.MODEL, card.name, card.version, card.sha256)


def unanswered(
    project: Project, session: Session, card: Card, items: Iterable[Item] | None = None
) -> list[Item]:
    """Items with an image whose slice this model has not answered yet, in their order."""
    origin = origin_of(card)
    wanted = project.items if items is None else items
    return [
        item
        for item in wanted
        if item.is_present and item.slice_index not in session.swept_slices(item.series_uid, origin)
    ]


def propose(
    project: Project,
    session: Session,
    detector: "Detector",
    items: Iterable[Item],
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[Item, str]]:
    """Have each item's slice answered, and the answers taken up; yields it when it is done.

    It can be stopped at any item: what was answered is in the journal.

    Yields
    ------
    The item, and why its slice could not be read; empty where it was.

    Raises
    ------
    DetectionError
        Where the detector fails.
    """
    for item in items:
        if is_cancelled():
            return
        try:
            found = detect_item(project, detector, item)
        except CTError as error:
            yield item, str(error)
            continue
        record_proposals(session, item.series_uid, origin_of(detector.card), found)
        yield item, ""


def detect_item(project: Project, detector: "Detector", item: Item) -> SliceDetections:
    """What the detector finds on an item's slice; only what it looks at is read.

    Raises
    ------
    CTError
        Where the slice or one of those cannot be read.
    """
    series = project.series(item.series_uid)
    there = project.present(item.series_uid)
    count = len(series.slices)
    absent = frozenset(range(count)) - there
    if item.slice_index in absent:
        raise CTError(f"{series.slices[item.slice_index].file} is missing")
    seen = detector.card.input.slices_around(item.slice_index, count, series.spacing_mm, absent)
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
    """Take up a model's answer to a slice."""
    session.record_detections(session.begin_run(series_uid, origin), [found])
