"""Which reviews belong to the series of a screening, and how far they are."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack

from lesion_viewer.ct.collecting import study_key
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.series_progress import SeriesProgress, reviews_of
from lesion_viewer.review.session import Session
from lesion_viewer.review.user_folders import journal_path
from lesion_viewer.screening.cohorts import identity_of, row_key
from lesion_viewer.screening.results import Results
from lesion_viewer.screening.table import KEY

Progresses = dict[int, SeriesProgress | None]
"""Row of a series -> how far its review is; None where that cannot be read."""


def reviewed_studies(results: Results, known: Mapping[str, str]) -> dict[str, list[int]]:
    """The studies of a screening of which there is a review on this machine.

    Parameters
    ----------
    results : Results
        Of the screening.
    known : Mapping[str, str]
        Key of a series whose files give no Study Instance UID -> key of its study.

    Returns
    -------
    dict[str, list[int]]
        Key of a study -> the rows of its series.
    """
    folder = journal_path("").parent
    suffix = journal_path("").suffix
    there = {path.name.removesuffix(suffix)[:32] for path in folder.glob(f"*{suffix}")}
    if not there:
        return {}
    rows: dict[str, list[int]] = defaultdict(list)
    columns = (results.rows[name].to_pylist() for name in (KEY, "study_uid", "series_uid"))
    for row, (key, study_uid, series_uid) in enumerate(zip(*columns, strict=True)):
        uid = study_uid or series_uid.partition("#")[0]
        rows[known.get(key) or study_key(uid)].append(row)
    return {key: found for key, found in rows.items() if journal_path(key).stem in there}


def progress_of(results: Results, key: str, rows: Sequence[int]) -> Progresses:
    """How far the reviews of a study's series are.

    Parameters
    ----------
    results : Results
        Of the screening.
    key : str
        Key of the study.
    rows : Sequence[int]
        Rows of its series.

    Returns
    -------
    Progresses
        Of those rows that have a review.
    """
    found: Progresses = {}
    try:
        with ExitStack() as opened:
            for session, row, uid in sessions_of(results, key, rows, opened):
                found[row] = SeriesProgress.of(session, uid)
    except ReviewError:
        return dict.fromkeys(rows)
    return found


def sessions_of(
    results: Results, key: str, rows: Sequence[int], opened: ExitStack
) -> Iterator[tuple[Session, int, str]]:
    """The review of each row of a study: the one of its images, else one of its UID.

    Parameters
    ----------
    results : Results
        Of the screening.
    key : str
        Key of the study.
    rows : Sequence[int]
        Rows of its series.
    opened : ExitStack
        Closes the reviews.

    Yields
    ------
    tuple[Session, int, str]
        A copy of the review, the row, and the UID of its series.

    Raises
    ------
    ReviewError
        One cannot be read.
    """
    exact: dict[int, tuple[Session, str]] = {}
    other: dict[int, tuple[Session, str]] = {}
    for file in reviews_of(key):
        session = Session.read(file, None)
        opened.callback(session.close)
        for uid, record in session.pictures.series().items():
            identity = identity_of(key, uid, record.shape, record.picture)
            for row in rows:
                if results.text("series_uid", row) == uid:
                    unit = results.text("unit", row)
                    is_same = results.text(KEY, row) == row_key(unit, identity)
                    (exact if is_same else other).setdefault(row, (session, uid))
    for row, (session, uid) in sorted({**other, **exact}.items()):
        yield session, row, uid


def all_progress(
    results: Results, known: Mapping[str, str], is_cancelled: Callable[[], bool] = lambda: False
) -> Iterator[Progresses]:
    """How far the reviews of all series are, study by study.

    Parameters
    ----------
    results : Results
        Of the screening.
    known : Mapping[str, str]
        As for ``reviewed_studies``.
    is_cancelled : Callable[[], bool]
        Asked before each study; true stops.

    Yields
    ------
    Progresses
        Of the series of one study.
    """
    for key, rows in reviewed_studies(results, known).items():
        if is_cancelled():
            return
        yield progress_of(results, key, rows)
