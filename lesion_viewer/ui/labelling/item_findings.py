"""The findings that an item of a project asks the reader to decide."""

from lesion_viewer.review.finding import Finding, OriginKind, Status
from lesion_viewer.review.worklist.work_list import Item
from lesion_viewer.ui.study.review_controller import ReviewController


def findings_on(review: ReviewController, item: Item | None) -> list[Finding]:
    """The findings that are drawn on an item's slice, labels before candidates of a detector.

    Parameters
    ----------
    review : ReviewController
        Review of the project.
    item : Item | None
        An item of the project, or None.

    Returns
    -------
    list[Finding]
        Findings on the slice; none where the image was replaced since its review.
    """
    session = review.session
    if session is None or item is None:
        return []
    if review.is_other_image(item.series_uid, item.slice_index):
        return []
    found = session.findings_on(item.series_uid, item.slice_index)
    shown = [f for f in found if review.is_over_threshold(f)]
    return sorted(shown, key=lambda f: f.origin.kind is OriginKind.MODEL)


def undecided_on(review: ReviewController, item: Item | None) -> list[Finding]:
    """Those of an item's findings that are still to be decided.

    Parameters
    ----------
    review : ReviewController
        Review of the project.
    item : Item | None
        An item of the project, or None.

    Returns
    -------
    list[Finding]
        Labels before candidates of a detector.
    """
    return [f for f in findings_on(review, item) if f.status is Status.UNDECIDED]
