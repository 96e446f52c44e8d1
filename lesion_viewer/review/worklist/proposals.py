"""A detector's proposals for all slices of a project, each of which it answers once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.picture_identity import digest_of
from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.identity import DetectorInfo
from lesion_viewer.detection.neighbours import Neighbours
from lesion_viewer.detection.planes import why_not_searched
from lesion_viewer.detection.running import Sweep, read_volume
from lesion_viewer.review.finding import Origin, OriginKind
from lesion_viewer.review.session import Session
from lesion_viewer.review.study_reviews import is_other_image
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
        if item.is_present
        and item.slice_index not in session.proposals.swept_slices(item.series_uid, origin)
    ]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a detector says of an item's slice.

    Attributes
    ----------
    item : Item
        Of the project.
    found : SliceDetections | None
        None where the slice was not searched.
    problem : str
        Why it was not searched; empty where it was.
    digest : str
        Of the slice's pixels, as ``digest_of`` gives it; empty where it was not searched.
    """

    item: Item
    found: SliceDetections | None = None
    problem: str = ""
    digest: str = ""


def answers(
    project: WorkList,
    detector: "Detector",
    items: Iterable[Item],
    is_cancelled: Callable[[], bool] = lambda: False,
    why_not: Callable[[Item, str], str] = lambda item, digest: "",
) -> Iterator[Answer]:
    """What a detector says of items, one after the other; nothing is recorded.

    Neighbouring items of one series are searched together: each of its slices is read once, and
    only those that the detector looks at.

    Parameters
    ----------
    project : WorkList
        The project.
    detector : Detector
        With its weights.
    items : Iterable[Item]
        Whose slices are to be answered.
    is_cancelled : Callable[[], bool]
        Asked before each batch of slices; true stops.
    why_not : Callable[[Item, str], str]
        From an item and the digest of its slice, why it is not to be searched; empty where it is.

    Yields
    ------
    Answer
        One for each item, unless it is cancelled.

    Raises
    ------
    DetectionError
        Where the detector fails.
    """
    for series_uid, listed in groupby(items, key=lambda item: item.series_uid):
        at = {item.slice_index: item for item in listed}
        if why := why_not_searched(project.series(series_uid), detector.info.name):
            yield from (Answer(item, problem=why) for item in at.values())
            continue
        volume = _read(project, series_uid, detector.info.neighbours, tuple(at), is_cancelled)
        if is_cancelled():
            return
        digests = {i: digest_of(volume.voxels[i]) for i in at if i not in volume.failures}
        problems = {i: volume.failures.get(i) or why_not(at[i], digests[i]) for i in at}
        for index, problem in problems.items():
            if problem:
                yield Answer(at[index], problem=problem)
        searched = [i for i in at if not problems[i]]
        sweep = Sweep(detector, volume, searched, next(iter(searched), 0))
        for found in sweep:
            yield Answer(at[found.slice_index], found, digest=digests[found.slice_index])
            if is_cancelled():
                sweep.cancel()


def _read(
    project: WorkList,
    series_uid: str,
    neighbours: Neighbours,
    slices: Sequence[int],
    is_cancelled: Callable[[], bool],
) -> CTVolume:
    series, there = project.series(series_uid), project.present(series_uid)
    missing = {
        i: f"{source.file} is missing" for i, source in enumerate(series.slices) if i not in there
    }
    return read_volume(series, neighbours, slices, missing, is_cancelled)


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
        Asked before each batch of slices; true stops.

    Yields
    ------
    tuple[Item, str]
        Each item, and why its slice was not searched: it cannot be read, is not axial, or is
        another image than the one reviewed; empty where it was answered.

    Raises
    ------
    DetectionError
        Where the detector fails.
    """

    def why_not(item: Item, digest: str) -> str:
        series = project.series(item.series_uid)
        if not is_other_image(session, series, item.slice_index, digest):
            return ""
        file = series.slices[item.slice_index].file
        return f"{file} is another image than the one that was reviewed"

    for answer in answers(project, detector, items, is_cancelled, why_not):
        if answer.found is not None:
            origin = origin_of(detector.info)
            record_proposals(session, answer.item.series_uid, origin, answer.found)
        yield answer.item, answer.problem


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
    session.proposals.record_detections(session.proposals.begin_run(series_uid, origin), [found])
