"""A labelling project: a work list with its review.

Which items there are is what the annotations or the archive say, not which images are there: the
list and its journal stay the same when more images arrive.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.box_files.reading import is_plain
from lesion_viewer.exchange.csv_records import read_bytes
from lesion_viewer.exchange.worklists.deeplesion_list import DEEPLESION
from lesion_viewer.exchange.worklists.listed import Adapter
from lesion_viewer.exchange.worklists.plain_list import PLAIN
from lesion_viewer.review.finding import OriginKind
from lesion_viewer.review.session import Session
from lesion_viewer.review.user_folders import journal_path
from lesion_viewer.review.worklist.work_list import WorkList, sized

OpenReview = Callable[[Path, str | None, str], Session]
"""File, key of the study, and reader -> the review."""

ADAPTERS: Sequence[Adapter] = (DEEPLESION, PLAIN)
"""Every kind of work list; the first that recognises a path takes it."""


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
        The folder of the images.
    annotations : Path | None
        The file of labels.
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
    found = _adapter(images, annotations).listed(images, annotations)
    if not found.items:
        raise ExchangeError(f"{annotations or images}: none of its rows names a slice")
    session = open_review(session_file, found.key, reader)
    try:
        taken = found.take_labels(session) if session.imported_labels is None else None
        labels = [f for f in session.findings.values() if f.origin.kind is OriginKind.LABEL]
        notices = [*found.notices, *(taken.sentences() if taken is not None else ())]
        work_list = WorkList(
            images,
            found.key,
            sized(found.items, labels),
            found.images,
            tuple(found.groups),
            tuple(dict.fromkeys(notices)),
        )
        if not session.read_only:
            absent = "\n".join(item.name for item in work_list.items if not item.is_present)
            digest = sha256(f"{found.key}\n{absent}".encode()).hexdigest()
            session.describe_series(digest, found.records)
    except BaseException:
        session.close()
        raise
    return work_list, session


def is_project(images: Path, annotations: Path | None) -> bool:
    """Whether a path with these annotations opens as a labelling project, and not as a study.

    Parameters
    ----------
    images : Path
        What is opened.
    annotations : Path | None
        A file of labels.

    Raises
    ------
    ExchangeError
        Where the annotations cannot be read.
    """
    return any(one.recognises(images, annotations) for one in ADAPTERS)


def project_file(images: Path, annotations: Path | None) -> Path:
    """Where a project's review is kept when no file is named.

    Parameters
    ----------
    images : Path
        The folder of the images.
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
    return journal_path(_adapter(images, annotations).key(images, annotations))


def _adapter(images: Path, annotations: Path | None) -> Adapter:
    for one in ADAPTERS:
        if one.recognises(images, annotations):
            return one
    if annotations is None:
        raise ExchangeError(f"{images}: a work list of it needs annotations")
    # Opening them says what is wrong with them, or with their images.
    return PLAIN if is_plain(annotations, read_bytes(annotations)) else DEEPLESION
