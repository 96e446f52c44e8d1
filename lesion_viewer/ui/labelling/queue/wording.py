"""How the items of a queue, its progress and its end are worded."""

from collections.abc import Iterable

from lesion_viewer.review.finding import Finding, Status
from lesion_viewer.review.worklist.label_detector_disagreement import Kind
from lesion_viewer.review.worklist.queue import Progress
from lesion_viewer.review.worklist.queue_facts import Facts, types_on
from lesion_viewer.review.worklist.work_list import Item
from lesion_viewer.text import Text
from lesion_viewer.ui.canvas.status_appearance import status_colour, status_sign
from lesion_viewer.ui.finding_names import type_name
from lesion_viewer.ui.labelling.queue.list_view import QueueRow
from lesion_viewer.ui.style import legible, theme
from lesion_viewer.ui.texts import tr

MISSING_SIGN = "∅"
KIND_TEXTS = {
    Kind.MISSED_BY_LABEL: Text("not labelled"),
    Kind.MISSED_BY_DETECTOR: Text("not detected"),
    Kind.BADLY_PLACED: Text("badly placed"),
}


def queue_row(
    item: Item,
    facts: Facts,
    is_done: bool,
    findings: Iterable[Finding],
    marks: Iterable[str] = (),
) -> QueueRow:
    """The row of an item in the list: sign of its status, name, and what is known of it.

    Parameters
    ----------
    item : Item
        An item of the project.
    facts : Facts
        What labels and detector say of it.
    is_done : bool
        Whether it is decided.
    findings : Iterable[Finding]
        Findings on the item.
    marks : Iterable[str]
        Names of the groups whose value is told, where the item has one.

    Returns
    -------
    QueueRow
        A faint row where the image is missing.
    """
    title = item.title or item.name
    if not item.is_present:
        return QueueRow(MISSING_SIGN, theme().muted, title, tr("image missing"), is_faint=True)
    findings = tuple(findings)
    status = _status(is_done, findings)
    detail = sorted(map(type_name, types_on(item, findings) - {""}))
    if item.size_mm:
        detail.append(f"{item.size_mm:.0f} {item.size_unit}")
    if facts.kind is not None:
        detail.append(tr(KIND_TEXTS[facts.kind]))
    if facts.score is not None:
        detail.append(f"{facts.score:.2f}")
    detail += [item.groups[mark] for mark in marks if mark in item.groups]
    return QueueRow(
        status_sign(status), legible(status_colour(status)), title, " · ".join(detail), is_done
    )


def progress_text(progress: Progress) -> str:
    """How many items are done and left, and the time that is left.

    Parameters
    ----------
    progress : Progress
        Progress of the queue.

    Returns
    -------
    str
        One or two lines.
    """
    text = tr("{done:,} done · {left:,} left", done=progress.done, left=progress.left)
    if progress.decisions_per_hour:
        text += "\n" + tr("{n:,.0f} per hour", n=progress.decisions_per_hour)
        if progress.hours_left:
            text += " · " + tr("about {time} left", time=_duration(progress.hours_left))
    return text


def _status(is_done: bool, findings: Iterable[Finding]) -> Status:
    if not is_done:
        return Status.UNDECIDED
    is_unsure = any(finding.status is Status.UNSURE for finding in findings)
    return Status.UNSURE if is_unsure else Status.ACCEPTED


def _duration(hours: float) -> str:
    if hours < 1:
        return f"{max(hours * 60, 1):.0f} min"
    return f"{hours:.0f} h" if hours >= 10 else f"{hours:.1f} h"
