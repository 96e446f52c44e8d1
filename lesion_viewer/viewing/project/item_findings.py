"""The findings that an item of a project asks the reader to decide."""

from lesion_viewer.review.finding import Finding, OriginKind, Status
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.work_list import Item, What
from lesion_viewer.viewing.review_model import ReviewModel


def listed_findings(session: Session, item: Item) -> list[Finding]:
    """All findings on an item, the oldest first.

    Parameters
    ----------
    session : Session
        Review of the list.
    item : Item
        An item of the list.

    Returns
    -------
    list[Finding]
        Those on its slice; of a series or a study all of them.
    """
    if item.what is What.SLICE:
        return session.findings_on(item.series_uid, item.slice_index)
    uids = set(item.series_uids)
    return [f for f in session.findings.values() if f.series_uid in uids and f.boxes]


def findings_on(review: ReviewModel, item: Item | None) -> list[Finding]:
    """The findings that are drawn on an item, labels before candidates of a detector.

    Parameters
    ----------
    review : ReviewModel
        Review of the project.
    item : Item | None
        An item of the project, or None.

    Returns
    -------
    list[Finding]
        Findings on the slice, or of the series; none where a slice was replaced since its review.
    """
    session = review.session
    if session is None or item is None:
        return []
    if item.what is What.SLICE and review.is_other_image(item.series_uid, item.slice_index):
        return []
    shown = [f for f in listed_findings(session, item) if review.is_over_threshold(f)]
    return sorted(shown, key=lambda f: f.origin.kind is OriginKind.MODEL)


def undecided_on(review: ReviewModel, item: Item | None) -> list[Finding]:
    """Those of an item's findings that are still to be decided.

    Parameters
    ----------
    review : ReviewModel
        Review of the project.
    item : Item | None
        An item of the project, or None.

    Returns
    -------
    list[Finding]
        Labels before candidates of a detector.
    """
    return [f for f in findings_on(review, item) if f.status is Status.UNDECIDED]
