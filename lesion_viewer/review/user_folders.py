"""Where the program keeps reviews, which do not lie in a study's folder."""

import hashlib
from pathlib import Path

from lesion_viewer.system.home_folder import home_folder


def journal_path(study_key: str) -> Path:
    """The journal of the study with this key, whether it exists or not.

    The name is a hash: a key may hold characters that no file system takes.

    Parameters
    ----------
    study_key : str
        Key of the study.

    Returns
    -------
    Path
        Whether the file exists or not.
    """
    name = hashlib.sha256(study_key.encode()).hexdigest()[:32]
    return home_folder() / "reviews" / f"{name}.review"


def further_file(session_file: Path, number: int) -> Path:
    """The journal for another picture under the UIDs of the one in ``session_file``.

    Parameters
    ----------
    session_file : Path
        The study's first journal.
    number : int
        2 for the second picture, and so on.

    Returns
    -------
    Path
        Beside ``session_file``.
    """
    name = f"{session_file.stem}-picture{number}{session_file.suffix}"
    return session_file.with_name(name)


def patient_file(session_file: Path, number: int) -> Path:
    """The journal of another patient under the Study Instance UID of the one in ``session_file``.

    Parameters
    ----------
    session_file : Path
        The first patient's journal.
    number : int
        1 for that patient, 2 for the second, and so on.

    Returns
    -------
    Path
        Beside ``session_file``, which it is for 1.
    """
    if number == 1:
        return session_file
    return session_file.with_name(f"{session_file.stem}-patient{number}{session_file.suffix}")


def common_file(session_file: Path, number: int) -> Path:
    """Where a journal of several studies is kept, once each of them has a journal of its own.

    Parameters
    ----------
    session_file : Path
        Where it was found.
    number : int
        From 1; another one where the file is there already.

    Returns
    -------
    Path
        Beside ``session_file``.
    """
    name = f"{session_file.stem}-several{number}{session_file.suffix}"
    return session_file.with_name(name)


def reader_file(session_file: Path, reader: str) -> Path:
    """The journal of one reader of a project: for ``a.review`` it is ``a.ann.review``.

    Parameters
    ----------
    session_file : Path
        The project's journal.
    reader : str
        Name of the reader; empty for none.

    Returns
    -------
    Path
        Beside ``session_file``, which it is where there is no reader.
    """
    if not reader:
        return session_file
    name = "".join(c if c.isalnum() or c in "-_ " else "_" for c in reader).strip()
    if name != reader:  # two names that a file system cannot tell must not share a journal
        name = f"{name}-{hashlib.sha256(reader.encode()).hexdigest()[:8]}"
    return session_file.with_name(f"{session_file.stem}.{name}{session_file.suffix}")
