"""A labelling project: a work list with its review.

Which items there are is what the annotations or the archive say, not which images are there: the
list and its journal stay the same when more images arrive.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.box_files.reading import is_plain
from lesion_viewer.exchange.csv_records import read_bytes
from lesion_viewer.exchange.worklists.archive_list import ARCHIVE, is_archive_review
from lesion_viewer.exchange.worklists.deeplesion_list import DEEPLESION
from lesion_viewer.exchange.worklists.listed import Adapter
from lesion_viewer.exchange.worklists.plain_list import PLAIN
from lesion_viewer.review.finding import OriginKind
from lesion_viewer.review.session import Session
from lesion_viewer.review.user_folders import journal_path
from lesion_viewer.review.worklist.work_list import WorkList, sized
from lesion_viewer.system.garbage import not_collected

OpenReview = Callable[[Path, str | None, str], Session]
"""File, key of the study, and reader -> the review."""

ADAPTERS: Sequence[Adapter] = (DEEPLESION, PLAIN)
"""Kinds of work lists that annotations tell by themselves; the first that recognises them."""


def open_project(
    images: Path,
    annotations: Path | None,
    session_file: Path,
    reader: str,
    open_review: OpenReview = Session.open,
) -> tuple[WorkList, Session]:
    """The work list of a path and its annotations, and its review by this reader.

    The review is made where it is missing. What of the annotations cannot be used is among the
    list's ``notices``.

    Parameters
    ----------
    images : Path
        The folder of the images, or an archive of studies.
    annotations : Path | None
        The file of labels; an archive needs none.
    session_file : Path
        The review's file.
    reader : str
        Who reviews.
    open_review : OpenReview
        May give a review that is read-only, which is left as it is.

    Returns
    -------
    tuple[WorkList, Session]
        The caller closes the session.

    Raises
    ------
    CTError
        Where the images cannot be used.
    ExchangeError
        Where the annotations are of no kind that is known, or name nothing.
    ReviewError
        Where the review's file cannot be used, or is of another list.
    """
    with not_collected():
        found = _adapter(images, annotations).listed(images, annotations)
        session = open_review(session_file, found.key, reader)
        try:
            entered = found.enter(session)
            labels = [f for f in session.findings.values() if f.origin.kind is OriginKind.LABEL]
            notices = dict.fromkeys((*found.notices, *entered.notices))
            items = sized(entered.items, labels)
        except BaseException:
            session.close()
            raise
    groups = tuple(found.groups)
    return WorkList(images, found.key, items, found.images, groups, tuple(notices)), session


def is_project(
    images: Path,
    annotations: Path | None,
    session_file: Path | None = None,
    is_asked: bool = False,
) -> bool:
    """Whether a path with these annotations opens as a labelling project, and not as a study.

    Parameters
    ----------
    images : Path
        What is opened.
    annotations : Path | None
        A file of labels.
    session_file : Path | None
        File of the review, None for the usual place; that of an archive's work list opens it as
        one.
    is_asked : bool
        Whether an archive is to be a work list where there is no review of it yet.

    Raises
    ------
    ExchangeError
        Where the annotations cannot be read.
    """
    if any(one.recognises(images, annotations) for one in ADAPTERS):
        return True
    if session_file is not None and session_file.is_file():
        is_asked = is_archive_review(session_file)
    elif session_file is None and annotations is not None:
        is_asked = is_asked or _has_usual_review(images, annotations)
    return is_asked and ARCHIVE.recognises(images, annotations)


def project_file(images: Path, annotations: Path | None) -> Path:
    """Where a project's review is kept when no file is named.

    Parameters
    ----------
    images : Path
        The folder of the images, or an archive of studies.
    annotations : Path | None
        The file of labels.

    Returns
    -------
    Path
        In the user's folder of journals; an export of the review has the same.

    Raises
    ------
    ExchangeError
        Where it is of no kind that is known.
    """
    return journal_path(_adapter(images, annotations).file_key(images, annotations))


def _has_usual_review(images: Path, annotations: Path) -> bool:
    """Whether some reader has a review of an archive's work list in its usual place."""
    usual = journal_path(ARCHIVE.file_key(images, annotations))
    return any(usual.parent.glob(f"{usual.stem}*{usual.suffix}"))


def _adapter(images: Path, annotations: Path | None) -> Adapter:
    for one in (*ADAPTERS, ARCHIVE):
        if one.recognises(images, annotations):
            return one
    if annotations is None:
        raise ExchangeError(f"{images}: a work list of it needs annotations")
    # Opening them says what is wrong with them, or with their images.
    return PLAIN if is_plain(annotations, read_bytes(annotations)) else DEEPLESION
