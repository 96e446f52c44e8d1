"""How the items of a queue, its progress and its end are worded."""

from collections.abc import Iterable

from lesion_viewer.review.finding import Finding, Status
from lesion_viewer.review.labelling.label_detector_disagreement import Kind
from lesion_viewer.review.labelling.project import ORGANS, Item
from lesion_viewer.review.labelling.queue import Progress
from lesion_viewer.review.labelling.queue_facts import Facts
from lesion_viewer.ui.canvas.status_appearance import status_colour, status_sign
from lesion_viewer.ui.labelling.queue.list_view import QueueRow
from lesion_viewer.ui.style import MUTED

MISSING_SIGN = "∅"
KIND_TEXTS = {
    Kind.MISSED_BY_LABEL: "not labelled",
    Kind.MISSED_BY_DETECTOR: "not detected",
    Kind.BADLY_PLACED: "badly placed",
}


def queue_row(item: Item, facts: Facts, is_done: bool, findings: Iterable[Finding]) -> QueueRow:
    """An item in the list: what is left of it, which slice it is, and what is known of it."""
    title = item.name.removesuffix(".png")
    if not item.is_present:
        return QueueRow(MISSING_SIGN, MUTED, title, "image missing", is_faint=True)
    status = _status(is_done, findings)
    detail = [ORGANS[item.organ]] if item.organ in ORGANS and item.organ > 0 else []
    if item.size_mm:
        detail.append(f"{item.size_mm:.0f} mm")
    if facts.kind is not None:
        detail.append(KIND_TEXTS[facts.kind])
    if facts.score is not None:
        detail.append(f"{facts.score:.2f}")
    if item.is_noisy:
        detail.append("noisy")
    return QueueRow(status_sign(status), status_colour(status), title, " · ".join(detail), is_done)


def progress_text(progress: Progress) -> str:
    """Done and left, and how fast it goes."""
    text = f"{progress.done:,} done · {progress.left:,} left"
    if progress.decisions_per_hour:
        text += f"\n{progress.decisions_per_hour:,.0f} per hour"
        if progress.hours_left:
            text += f" · about {_duration(progress.hours_left)} left"
    return text


def end_text(done: int, unsure: int, missing: int) -> str:
    """What there is to say when nothing is left."""
    remains = [f"{unsure:,} unsure"] if unsure else []
    if missing:
        remains.append("1 image missing" if missing == 1 else f"{missing:,} images missing")
    slices = "1 slice is" if done == 1 else f"{done:,} slices are"
    return f"All done: {slices} decided" + (f" · {' · '.join(remains)}" if remains else "")


def _status(is_done: bool, findings: Iterable[Finding]) -> Status:
    if not is_done:
        return Status.UNDECIDED
    is_unsure = any(finding.status is Status.UNSURE for finding in findings)
    return Status.UNSURE if is_unsure else Status.ACCEPTED


def _duration(hours: float) -> str:
    if hours < 1:
        return f"{max(hours * 60, 1):.0f} min"
    return f"{hours:.0f} h" if hours >= 10 else f"{hours:.1f} h"
