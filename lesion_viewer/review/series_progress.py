"""How far the review of a series is, without its images."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lesion_viewer.review.finding import Finding, OriginKind, Status
from lesion_viewer.review.session import Session
from lesion_viewer.review.user_folders import journal_path

FURTHER = ("picture", "patient")
"""What the names of a study's further reviews go on with, see ``user_folders``."""


@dataclass(frozen=True, slots=True)
class SeriesProgress:
    """How far the review of a series is.

    Attributes
    ----------
    decided, findings : int
        Findings that a reader decided, and those that one sees; candidates that the threshold
        last on screen hides, or a reading mode, do not count.
    is_read : bool
        Whether the series is marked as read in full.
    """

    decided: int = 0
    findings: int = 0
    is_read: bool = False

    @property
    def is_begun(self) -> bool:
        """Whether something is decided, or the series is marked as read."""
        return self.decided > 0 or self.is_read

    @property
    def is_done(self) -> bool:
        """Whether nothing is undecided, and the series is marked as read."""
        return self.is_read and self.decided == self.findings

    @classmethod
    def of(cls, session: Session, series_uid: str) -> "SeriesProgress":
        """That of a series as it stands by now.

        Parameters
        ----------
        session : Session
            Its review.
        series_uid : str
            UID of the series.

        Returns
        -------
        SeriesProgress
            Of what its reader sees.
        """
        found = [f for f in seen_findings(session) if f.series_uid == series_uid]
        decided = sum(f.status is not Status.UNDECIDED for f in found)
        return cls(decided, len(found), session.is_read_in_full(series_uid, None))


def reviews_of(study_key: str) -> Iterator[Path]:
    """The reviews of a study that are there; mostly one, or none.

    Parameters
    ----------
    study_key : str
        Key of the study.

    Yields
    ------
    Path
        The first review's file first.
    """
    first = journal_path(study_key)
    names = (first.name, *(f"{first.stem}-{further}*{first.suffix}" for further in FURTHER))
    for name in names:
        yield from sorted(first.parent.glob(name))


def seen_findings(session: Session) -> list[Finding]:
    """The findings that a reader sees.

    Parameters
    ----------
    session : Session
        The review.

    Returns
    -------
    list[Finding]
        Without candidates under the threshold last on screen, and those that its mode hides.
    """
    uids = {finding.series_uid for finding in session.findings.values()}
    views = {uid: session.views.view(uid) for uid in uids}

    def is_hidden(finding: Finding) -> bool:
        view = views[finding.series_uid]
        is_candidate = finding.origin.kind is OriginKind.MODEL and finding.score is not None
        is_open = finding.status is Status.UNDECIDED and is_candidate
        return is_open and view is not None and (finding.score or 0) < (view.threshold or 0)

    return [f for f in session.reading.findings() if not is_hidden(f)]
