"""How far a study of an archive is on this machine: whether it is here, and what of it is done."""

from contextlib import ExitStack
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from lesion_viewer.ct.collecting import study_key
from lesion_viewer.errors import ExchangeError, ReviewError
from lesion_viewer.exchange.pacs.incoming import checked_uid
from lesion_viewer.exchange.pacs.origins import sent_revision, studies_folder
from lesion_viewer.review.finding import Status
from lesion_viewer.review.series_progress import reviews_of, seen_findings
from lesion_viewer.review.session import Session
from lesion_viewer.text import Text


class Stage(Enum):
    """How far the review of a study is.

    Begun is one in which something is decided or marked as read; done one in which nothing is
    undecided, and a series is marked as read in full. An archive that got the review as it is
    makes it sent. A damaged one is unreadable.
    """

    NOT_BEGUN = "not begun"
    BEGUN = "begun"
    DONE = "done"
    SENT = "sent"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class LocalState:
    """A study on this machine.

    Attributes
    ----------
    images : int
        Files of it that were fetched; 0 for none. A study is here as a whole or not at all.
    stage : Stage
        How far its review is.
    decided, findings : int
        Findings that a reader decided, and those that one sees; candidates that the threshold
        last on screen hides, or a reading mode, do not count.
    """

    images: int = 0
    stage: Stage = Stage.NOT_BEGUN
    decided: int = 0
    findings: int = 0

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self.stage in (Stage.DONE, Stage.SENT)

    @property
    def text(self) -> Text:
        """How far the review is, in a few words."""
        if self.stage is Stage.BEGUN:
            return Text("{n:,} of {m:,} decided", n=self.decided, m=self.findings)
        return TEXTS[self.stage]


TEXTS = {
    Stage.NOT_BEGUN: Text("not begun"),
    Stage.DONE: Text("done"),
    Stage.SENT: Text("sent"),
    Stage.UNREADABLE: Text("cannot be read"),
}


def local_folder(study_uid: str) -> Path:
    """Where a study lies once it was fetched.

    Parameters
    ----------
    study_uid : str
        Study Instance UID, as an archive gave it.

    Returns
    -------
    Path
        There or not.

    Raises
    ------
    ExchangeError
        Where it is no UID.
    """
    return studies_folder() / checked_uid(study_uid, "the Study Instance UID")


def local_state(study_uid: str) -> LocalState:
    """How far a study is on this machine.

    Parameters
    ----------
    study_uid : str
        Study Instance UID, as an archive gave it.

    Returns
    -------
    LocalState
        Of a review that is open meanwhile, as it stands by now.
    """
    try:
        folder = local_folder(study_uid)
    except ExchangeError:
        return LocalState()
    images = sum(1 for _ in folder.glob("*.dcm"))
    with ExitStack() as open_reviews:
        sessions = []
        try:
            for file in reviews_of(study_key(study_uid)):
                sessions.append(Session.read(file, None))
                open_reviews.callback(sessions[-1].close)
            found = [f for one in sessions for f in seen_findings(one)]
            is_read = any(_has_read(one) for one in sessions)
        except ReviewError:
            return LocalState(images, Stage.UNREADABLE)
        decided = sum(f.status is not Status.UNDECIDED for f in found)
        stage = Stage.BEGUN if decided or is_read else Stage.NOT_BEGUN
        if is_read and decided == len(found):
            stage = Stage.DONE
        if [one.revision for one in sessions] == [sent_revision(folder)]:
            stage = Stage.SENT
    return LocalState(images, stage, decided, len(found))


def _has_read(session: Session) -> bool:
    """Whether a whole series is marked as read."""
    return any(is_read for (_, index), is_read in session.read_in_full().items() if index is None)
