"""A reader at work on a study: gestures in, findings out, every step in the journal."""

from collections.abc import Sequence

from lesion_viewer.detection.lesion_types import lesion_type_in
from lesion_viewer.review.events.decisions import (
    Accepted,
    MarkedUnsure,
    Noted,
    ReasonGiven,
    Rejected,
    Reset,
    Typed,
)
from lesion_viewer.review.events.event import Gesture, RecordedEvent, Redone
from lesion_viewer.review.journal.journal_file import Journal
from lesion_viewer.review.open_review.annotation_gestures import AnnotationGestures
from lesion_viewer.review.open_review.box_gestures import BoxGestures
from lesion_viewer.review.open_review.detector_runs import DetectorRuns
from lesion_viewer.review.open_review.imported_files import ImportedFiles
from lesion_viewer.review.open_review.pictures import ReviewedPictures
from lesion_viewer.review.open_review.prior_lesions import PriorLesions
from lesion_viewer.review.open_review.read_marks import ReadMarks
from lesion_viewer.review.open_review.reading_record import ReadingRecord
from lesion_viewer.review.open_review.view_memory import ViewMemory


class Session(BoxGestures, AnnotationGestures, ReadMarks):
    """A review that is open: its findings, and the gestures that change them.

    Every gesture is on the disk when its method returns, or raises ReviewError and changes nothing;
    so does one on a finding that there is not. A gesture that changes nothing is not recorded, so
    that each undo reverts something that can be seen.

    For one thread at a time: a worker may open it and hand it to the GUI thread, and a detector's
    results come here through queued signals.

    Parameters
    ----------
    journal : Journal
        The open file. The session closes it.
    reader : str
        Who makes the gestures.

    Attributes
    ----------
    files : ImportedFiles
        Labels, boxes and reviews that came from files.
    proposals : DetectorRuns
        What detectors found.
    pictures : ReviewedPictures
        Which series and images are reviewed.
    beside : PriorLesions
        What was said of lesions of earlier studies.
    views : ViewMemory
        What was on screen, for the next start.
    reading : ReadingRecord
        Its mode, its first read, and how long it took.

    Notes
    -----
    ``ReviewFile`` documents the other attributes.
    """

    def __init__(self, journal: Journal, reader: str) -> None:
        super().__init__(journal, reader)
        self.files, self.proposals = ImportedFiles(self), DetectorRuns(self)
        self.pictures, self.views = ReviewedPictures(self), ViewMemory(self)
        self.beside = PriorLesions(self)
        self.reading = ReadingRecord(self)

    def accept(self, finding_id: str) -> None:
        """Decide that a finding is a lesion: accepted, corrected or added.

        Accepted where it is as it came, corrected where a box was changed, added where it was
        drawn.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        """
        self.do(Accepted((finding_id,), self.seen_of(finding_id)))

    def accept_all(self, finding_ids: Sequence[str]) -> None:
        """Decide that findings are lesions, each as ``accept`` does; one gesture.

        Parameters
        ----------
        finding_ids : Sequence[str]
            Ids of the findings.
        """
        changed = [
            finding_id
            for finding_id in finding_ids
            if not self._changes_nothing(
                self.finding(finding_id), Accepted((finding_id,), self.seen())
            )
        ]
        if changed:
            self.record(Accepted(tuple(changed), self.seen()))

    def reject(self, finding_id: str, reason: str = "") -> None:
        """Decide that a finding is no lesion.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        reason : str
            Why; empty where the reader gives no reason.
        """
        self.do(Rejected(finding_id, self.seen_of(finding_id), reason))

    def mark_unsure(self, finding_id: str) -> None:
        """Mark that the reader cannot tell whether a finding is a lesion.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        """
        self.do(MarkedUnsure(finding_id, self.seen_of(finding_id)))

    def reset(self, finding_id: str) -> None:
        """Set a finding back to what it was when it came, undecided; remove a drawn one.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        """
        self.do(Reset(finding_id, self.seen_of(finding_id)))

    def set_note(self, finding_id: str, text: str) -> None:
        """Replace the finding's note.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        text : str
            The note; empty for none.
        """
        self.do(Noted(finding_id, self.seen_of(finding_id), text))

    def set_type(self, finding_id: str, lesion_type: str) -> None:
        """Set the finding's lesion type; its status stays.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        lesion_type : str
            Free text, taken as ``lesion_type_in`` reads it; empty for none.
        """
        self.do(Typed(finding_id, self.seen_of(finding_id), lesion_type_in(lesion_type)))

    def set_reason(self, finding_id: str, text: str) -> None:
        """Replace the reason for the finding's status.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        text : str
            The reason; empty for none.
        """
        self.do(ReasonGiven(finding_id, self.seen_of(finding_id), text))

    @property
    def can_undo(self) -> bool:
        """Whether there is a gesture to undo."""
        return bool(self.state.undoable)

    @property
    def can_redo(self) -> bool:
        """Whether there is a gesture to redo."""
        return bool(self.state.redoable)

    @property
    def undo_text(self) -> str:
        """What the next undo reverts, as a menu names it; empty for nothing."""
        return _text(self.state.undoable)

    @property
    def redo_text(self) -> str:
        """What the next redo does again, as a menu names it; empty for nothing."""
        return _text(self.state.redoable)

    def undo(self) -> str | None:
        """Undo the last gesture; its name, or None where there is none."""
        if not self.can_undo:
            return None
        last, text = self.state.undoable[-1], self.undo_text
        assert isinstance(last.event, Gesture)
        self.record(last.event.invert(last.seq))
        return text

    def redo(self) -> str | None:
        """Redo what was last undone; its name, or None where there is none."""
        if not self.can_redo:
            return None
        last, text = self.state.redoable[-1], self.redo_text
        self.record(Redone(last.seq))
        return text


def _text(gestures: Sequence[RecordedEvent]) -> str:
    """What the last of some gestures does, as a menu names it; empty for none."""
    last = gestures[-1].event if gestures else None
    return last.text if isinstance(last, Gesture) else ""
