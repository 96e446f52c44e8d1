"""Which file holds the review of each study of a collection."""

import glob
import json
import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from pathlib import Path

from lesion_viewer.ct.collecting import study_key
from lesion_viewer.ct.study import Collection, Study
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.journal.damage import review_error, undamaged
from lesion_viewer.review.journal.entry import Entry
from lesion_viewer.review.journal.journal_file import Journal
from lesion_viewer.review.journal.splitting import TAKEN_FROM, copied, locked, split, write_part
from lesion_viewer.review.user_folders import common_file, journal_path, patient_file
from lesion_viewer.system.atomic_files import replaced_file


class ReviewFiles:
    """A file for each study, the same from whatever path the study is opened.

    Studies of two patients under one Study Instance UID have a file each: which one is told by the
    series that are in it, since no file says whose it is.

    Parameters
    ----------
    found : Collection
        What a path holds.
    session_file : Path | None
        A file that was named: of the only study, of the study whose key is in it, or the common
        review of all studies that an earlier version wrote. None for the usual places.

    Raises
    ------
    ReviewError
        Where the named file is of none of the studies, or would be of several.
    """

    def __init__(self, found: Collection, session_file: Path | None = None) -> None:
        self._found, self._named = found, session_file
        key = found.key if len(found.studies) == 1 else self._key_of_named()
        self._usual = {
            study.key: journal_path(study.key)
            if session_file is None or study.key != key
            else session_file
            for study in found.studies
        }
        self._files: dict[str, Path] = {}
        for study in found.studies:
            self._files[study.series[0].uid] = self._file_of(study)
        self._common = self._common_files(session_file if key == found.key else None)

    def of(self, study: Study) -> Path:
        """The file of a study's review, whether it exists or not.

        Parameters
        ----------
        study : Study
            One of the collection.

        Returns
        -------
        Path
            Its usual place, or the file that was named.
        """
        return self._files[study.series[0].uid]

    def latest(self, studies: Sequence[Study] = ()) -> Study:
        """The study that was worked on last; where none was, the one with the largest series.

        Parameters
        ----------
        studies : Sequence[Study]
            Those to choose from; all of the collection when left out.

        Returns
        -------
        Study
            One of them.
        """

        def worked_at(study: Study) -> tuple[int, int]:
            try:
                at = self.of(study).stat().st_mtime_ns
            except OSError:
                at = 0
            return at, max(series.shape[0] for series in study.series)

        return max(studies or self._found.studies, key=worked_at)

    def take_apart(self) -> str:
        """Give each study its share of a review of them all, which an earlier version wrote.

        A study that has a review of its own keeps that alone. The common review stays as it is,
        under another name where it lay in the usual place.

        Returns
        -------
        str
            What was done, as sentences; empty for nothing.

        Raises
        ------
        ReviewError
            Where the common review is damaged or in use, or a share cannot be written.
        """
        done = (self._taken_apart(common) for common in self._common if common.is_file())
        return " ".join(filter(None, done))

    def _key_of_named(self) -> str:
        """The key in the named file, which is that of a study or of all together."""
        if self._named is None:
            return ""
        count = len(self._found.studies)
        if not self._named.is_file():
            raise ReviewError(
                f"{self._named}: a review is of one study, and {self._found.path} holds {count};"
                " open one of them by itself, or name no file"
            )
        journal = Journal.open_to_read(self._named)
        key = journal.study_key
        journal.close()
        if key not in {self._found.key, *(study.key for study in self._found.studies)}:
            raise ReviewError(f"{self._named}: the review of another study")
        return key

    def _file_of(self, study: Study) -> Path:
        usual = self._usual[study.key]
        others = {
            series.uid
            for one in self._found.studies
            if one.key == study.key and one is not study
            for series in one.series
        }
        present = _patient_files(usual)
        if not others and present in ([], [usual]):
            return usual
        own = {series.uid for series in study.series}
        known = {file: _series_in(file) for file in present}
        holding = [file for file in present if known[file] & own]
        alone = [file for file in holding if not known[file] & others]
        if alone or not others:
            return [*alone, *holding, usual][0]
        taken = {*present, *self._files.values()}
        return next(file for n in count(1) if (file := patient_file(usual, n)) not in taken)

    def _common_files(self, named: Path | None) -> list[Path]:
        if len(self._found.studies) == 1:
            return []
        counts = Counter(study.key for study in self._found.studies)
        shared = [self._usual[key] for key, count in counts.items() if count > 1]
        return list(dict.fromkeys([named or journal_path(self._found.key), *shared]))

    def _taken_apart(self, common: Path) -> str:
        keys = {str(self.of(study)): study.key for study in self._found.studies}
        known = {s.uid: str(self.of(study)) for study in self._found.studies for s in study.series}
        is_moved = str(common) not in keys and common != self._named
        with (locked if is_moved else copied)(common) as source, undamaged(common):
            study_of = _study_of(source, known, keys)
            shares = split(source, study_of)
            if not shares.keys() - {str(common)}:
                return ""
            new, kept = [], 0
            for name in _last_viewed_last(source, shares, study_of):
                if not Path(name).exists():
                    new.append(name)
                elif Path(name) != common:
                    kept += _note(Path(name), TAKEN_FROM) != _note_in(source, "study_key")
            for name in new:
                _write(source, Path(name), keys[name], shares[name])
        if is_moved:
            common = _put_aside(common)
        return _told(common, len(new), kept)


def _patient_files(usual: Path) -> list[Path]:
    """The reviews under one Study Instance UID that there are, the first patient's first."""
    pattern = f"{glob.escape(usual.stem)}-patient*{glob.escape(usual.suffix)}"
    return [file for file in (usual, *sorted(usual.parent.glob(pattern))) if file.is_file()]


def _study_of(
    source: sqlite3.Connection, known: dict[str, str], keys: dict[str, str]
) -> Callable[[str], str | None]:
    """Series UID -> file of its study: also of series that are not there now, by their UID."""
    described = source.execute("SELECT uid, description FROM series").fetchall()
    elsewhere = {uid: json.loads(text)["study_uid"] for uid, text in described}

    def study_of(series_uid: str) -> str | None:
        if series_uid in known:
            return known[series_uid]
        if not elsewhere.get(series_uid):
            return None
        key = study_key(elsewhere[series_uid])
        file = str(journal_path(key))
        keys.setdefault(file, key)
        return file

    return study_of


def _last_viewed_last(
    source: sqlite3.Connection, files: Iterable[str], study_of: Callable[[str], str | None]
) -> list[str]:
    """The files with that of the study last on screen at the end, so that it is the latest."""
    row = source.execute("SELECT series_uid FROM view ORDER BY rowid DESC LIMIT 1").fetchone()
    last = study_of(row[0]) if row else None
    return sorted(files, key=lambda file: file == last)


def _note_in(source: sqlite3.Connection, key: str) -> str:
    return str(source.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()[0])


def _note(file: Path, key: str) -> str:
    journal = Journal.open_to_read(file)
    try:
        return journal.noted(key)
    finally:
        journal.close()


def _series_in(file: Path) -> set[str]:
    journal = Journal.open_to_read(file)
    try:
        return set(journal.series())
    finally:
        journal.close()


def _write(source: sqlite3.Connection, file: Path, key: str, entries: Sequence[Entry]) -> None:
    try:
        with replaced_file(file) as new:
            write_part(source, new, key, entries)
    except OSError as error:
        raise review_error(file, error) from error


def _put_aside(common: Path) -> Path:
    """Rename a review of several studies, so that it is not taken apart again."""
    number = 1
    while (aside := common_file(common, number)).exists():
        number += 1
    try:
        os.rename(common, aside)
    except OSError as error:
        raise review_error(common, error) from error
    return aside


def _told(common: Path, new: int, kept: int) -> str:
    """What became of a common review."""
    sentences = []
    if new:
        reviews = "1 study has its" if new == 1 else f"{new} studies have their"
        sentences.append(
            f"An earlier version kept one review of all studies here: {reviews} own of it now."
            f" It is kept as {common}."
        )
    if kept:
        studies = "1 study" if kept == 1 else f"{kept} studies"
        sentences.append(
            f"{studies} already had a review and kept that alone; what {common.name} says of"
            f" them can be taken over: lesion-viewer export {common} --output FILE.csv, then"
            " Review, Import reviewed CSV."
        )
    return " ".join(sentences)
