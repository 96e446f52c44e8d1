"""What a reader says of the lesions of an earlier study beside the one that is reviewed."""

from lesion_viewer.review.events.following import (
    Following,
    LesionGone,
    LesionNew,
    LesionsPaired,
    PairingForgotten,
    TargetChosen,
)
from lesion_viewer.review.followup.statements import Statements
from lesion_viewer.review.open_review.review_file import ReviewFile


class PriorLesions:
    """Statements on lesions of two studies, kept in the review of the later one.

    Each is a gesture that can be undone; one that says what holds already is not recorded.

    Parameters
    ----------
    review : ReviewFile
        The open review.
    """

    def __init__(self, review: ReviewFile) -> None:
        self._review = review

    def statements(self, prior_key: str) -> Statements:
        """What was said beside an earlier study.

        Parameters
        ----------
        prior_key : str
            Key of the earlier study.

        Returns
        -------
        Statements
            Without what is undone.
        """
        return self._review.state.said_beside(prior_key)

    def pair(self, prior_key: str, prior_id: str, finding_id: str) -> None:
        """Say that two lesions are one.

        Parameters
        ----------
        prior_key : str
            Key of the earlier study.
        prior_id, finding_id : str
            UIDs in the earlier study and in this one.
        """
        self._record(LesionsPaired(prior_key, prior_id, finding_id))

    def say_gone(self, prior_key: str, prior_id: str) -> None:
        """Say that a lesion of the earlier study is there no longer.

        Parameters
        ----------
        prior_key : str
            Key of the earlier study.
        prior_id : str
            UID of the lesion.
        """
        self._record(LesionGone(prior_key, prior_id))

    def say_new(self, prior_key: str, finding_id: str) -> None:
        """Say that a lesion was not there in the earlier study.

        Parameters
        ----------
        prior_key : str
            Key of the earlier study.
        finding_id : str
            UID of the lesion.
        """
        self._record(LesionNew(prior_key, finding_id))

    def forget(self, prior_key: str, prior_id: str, finding_id: str) -> None:
        """Say nothing any longer of what became of two lesions.

        Parameters
        ----------
        prior_key : str
            Key of the earlier study.
        prior_id, finding_id : str
            UIDs in the earlier study and in this one; empty for none.
        """
        self._record(PairingForgotten(prior_key, prior_id, finding_id))

    def set_target(self, prior_key: str, prior_id: str, is_target: bool) -> None:
        """Say whether the diameter of a lesion is summed.

        Parameters
        ----------
        prior_key : str
            Key of the earlier study.
        prior_id : str
            UID of the lesion there.
        is_target : bool
            Whether it is.
        """
        self._record(TargetChosen(prior_key, prior_id, is_target))

    def _record(self, event: Following) -> None:
        said, before = (self.statements(event.prior_key) for _ in range(2))
        event.state(said)
        if said != before:
            self._review.record(event)
