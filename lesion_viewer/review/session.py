"""A reader at work on a study: gestures in, findings out, every step in the journal."""

from collections.abc import Sequence

from lesion_viewer.detection.lesion_types import lesion_type_in
from lesion_viewer.review.journal.event import Event
from lesion_viewer.review.open_review.box_gestures import BoxGestures
from lesion_viewer.review.open_review.detector_runs import DetectorRuns
from lesion_viewer.review.open_review.imported_files import ImportedFiles
from lesion_viewer.review.open_review.pictures import ReviewedPictures
from lesion_viewer.review.open_review.read_marks import ReadMarks

GESTURE_TEXTS = {
    "accepted": "accept",
    "rejected": "reject",
    "marked_unsure": "mark as unsure",
    "reset": "reset",
    "box_changed": "change box",
    "box_added": "add box",
    "box_removed": "remove box",
    "axes_set": "change axes",
    "boxes_interpolated": "boxes between",
    "added": "new finding",
    "noted": "note",
    "reason_given": "reason",
    "typed": "lesion type",
    "read_marked": "mark as read",
    "review_imported": "import of a review",
}


class Session(BoxGestures, ReadMarks, ImportedFiles, DetectorRuns, ReviewedPictures):
    """A review that is open: its findings, and the gestures that change them.

    Every gesture is on the disk when its method returns, or raises ReviewError and changes nothing;
    so does one on a finding that there is not. A gesture that changes nothing is not recorded, so
    that each undo reverts something that can be seen.

    For one thread at a time: a worker may open it and hand it to the GUI thread, and a detector's
    results come here through queued signals.

    Its parts are base classes, each for one kind of record, that share one journal and one state;
    ``ReviewFile`` is the base of them all and documents the attributes.
    """

    def accept(self, finding_id: str) -> None:
        """Decide that a finding is a lesion: accepted, corrected or added.

        Accepted where it is as it came, corrected where a box was changed, added where it was
        drawn.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        """
        self._decide(finding_id, "accepted")

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
                self._finding(finding_id), "accepted", {"seen": self._seen()}
            )
        ]
        if changed:
            # One after the other: in a file findings are told apart by the time of their decision.
            order = {finding_id: n for n, finding_id in enumerate(changed)}
            self._record("accepted", {"findings": order, "seen": self._seen()})

    def reject(self, finding_id: str, reason: str = "") -> None:
        """Decide that a finding is no lesion.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        reason : str
            Why; empty where the reader gives no reason.
        """
        self._decide(finding_id, "rejected", reason=reason)

    def mark_unsure(self, finding_id: str) -> None:
        """Mark that the reader cannot tell whether a finding is a lesion.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        """
        self._decide(finding_id, "marked_unsure")

    def reset(self, finding_id: str) -> None:
        """Set a finding back to what it was when it came, undecided; remove a drawn one.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        """
        self._decide(finding_id, "reset")

    def set_note(self, finding_id: str, text: str) -> None:
        """Replace the finding's note.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        text : str
            The note; empty for none.
        """
        self._decide(finding_id, "noted", text=text)

    def set_type(self, finding_id: str, lesion_type: str) -> None:
        """Set the finding's lesion type; its status stays.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        lesion_type : str
            Free text, taken as ``lesion_type_in`` reads it; empty for none.
        """
        self._decide(finding_id, "typed", text=lesion_type_in(lesion_type))

    def set_reason(self, finding_id: str, text: str) -> None:
        """Replace the reason for the finding's status.

        Parameters
        ----------
        finding_id : str
            Id of the finding.
        text : str
            The reason; empty for none.
        """
        self._decide(finding_id, "reason_given", text=text)

    @property
    def can_undo(self) -> bool:
        """Whether there is a gesture to undo."""
        return bool(self._state.undoable)

    @property
    def can_redo(self) -> bool:
        """Whether there is a gesture to redo."""
        return bool(self._state.redoable)

    @property
    def undo_text(self) -> str:
        """What the next undo reverts, as a menu names it; empty for nothing."""
        return GESTURE_TEXTS[self._state.undoable[-1].kind] if self.can_undo else ""

    @property
    def redo_text(self) -> str:
        """What the next redo does again, as a menu names it; empty for nothing."""
        return GESTURE_TEXTS[self._state.redoable[-1].kind] if self.can_redo else ""

    def undo(self) -> str | None:
        """Undo the last gesture; its name, or None where there is none."""
        return self._switch("undone", self._state.undoable)

    def redo(self) -> str | None:
        """Redo what was last undone; its name, or None where there is none."""
        return self._switch("redone", self._state.redoable)

    def _switch(self, kind: str, gestures: Sequence[Event]) -> str | None:
        if not gestures:
            return None
        gesture = gestures[-1]
        self._record(kind, {"gesture": gesture.seq})
        return GESTURE_TEXTS[gesture.kind]
