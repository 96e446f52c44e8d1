"""DeepLesion from where its authors put it: fetched in parts, checked, unpacked.

The images are the 56 files of NIH's ``batch_download_zips.py``, their MD5 sums those of its
``MD5_checksums.txt``; sizes and SHA-256 sums are what TensorFlow Datasets recorded of them.
"""

import csv
import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lesion_viewer.errors import TrainingError

from .unpacking import unpack

HOMEPAGE = "https://nihcc.app.box.com/v/DeepLesion"
PIECE_BYTES = 2**20
TIMEOUT_S = 60
UNPACKED = ".unpacked"
"""Ending of the empty file that marks a zip as unpacked."""

Progress = Callable[[str, int, int], None]


class NoConnection(TrainingError):
    """A file cannot be fetched over the network."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A file to fetch.

    Attributes
    ----------
    name : str
        Name of the file in the data set's folder.
    url : str
        Address of the file.
    size : int
        Length in bytes.
    md5, sha256 : str
        Published sums, hexadecimal; empty where none was published.
    """

    name: str
    url: str
    size: int
    md5: str
    sha256: str


def file_list() -> tuple[Remote, ...]:
    """The rows, LesaNet's tags, and the 56 zips of images."""
    text = Path(__file__).with_name("deeplesion_files.csv").read_text(encoding="utf-8")
    return tuple(
        Remote(entry["name"], entry["url"], int(entry["bytes"]), entry["md5"], entry["sha256"])
        for entry in csv.DictReader(text.splitlines())
    )


def by_hand(remotes: Sequence[Remote], folder: Path) -> str:
    """Instructions for a user without a network: what to fetch and where to put it.

    Parameters
    ----------
    remotes : Sequence[Remote]
        Files to fetch.
    folder : Path
        Folder of the data set.

    Returns
    -------
    str
        Several lines of text.
    """
    lines = [f"DeepLesion by hand, from {HOMEPAGE} or from these addresses:", ""]
    lines += [f"{r.name}  {r.size / 1e6:.0f} MB  {r.url}" for r in remotes]
    lines += ["", f"Put the files into {folder} as they are, and run the command again:"]
    return "\n".join([*lines, "it checks and unpacks what it finds there."])


def download(remotes: Sequence[Remote], folder: Path, progress: Progress) -> None:
    """Fetch and unpack all files that a folder lacks.

    A zip is unpacked as soon as it is complete, and then removed.

    Parameters
    ----------
    remotes : Sequence[Remote]
        Files to fetch, in this order.
    folder : Path
        Folder of the data set; made where it does not exist.
    progress : Progress
        Called with a file's name, the MB of it that are fetched, and its size in MB.

    Raises
    ------
    NoConnection
        Where a file cannot be reached; the next call continues what was fetched so far.
    TrainingError
        Where a file differs from the one published, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for remote in remotes:
            target = folder / remote.name
            unpacked = folder / f"{remote.name}{UNPACKED}"
            if unpacked.exists():
                continue
            if not target.exists():
                _fetch(remote, target, progress)
            if target.suffix == ".zip":
                if fault := _fault(remote, target):
                    raise TrainingError(f"{fault}: remove it and run the command again")
                unpack(target, folder)
                unpacked.touch()
                target.unlink()
    except OSError as error:
        raise TrainingError(f"{folder} cannot be written: {error.strerror or error}") from error


def _fetch(remote: Remote, target: Path, progress: Progress) -> None:
    """Put a complete file into ``target``; connects again as long as more of it arrives."""
    part = target.with_name(f"{target.name}.part")
    done = -1
    while (there := _size(part)) < remote.size:
        if there <= done:
            raise NoConnection(f"{remote.name} ended after {there} of {remote.size} bytes")
        done = there
        _fetch_on(remote, part, progress)
    if fault := _fault(remote, part):
        part.unlink()
        raise TrainingError(f"{fault}; it was removed: run the command again")
    part.replace(target)


def _fetch_on(remote: Remote, part: Path, progress: Progress) -> None:
    """Add to ``part`` what the server sends, until the end or until the connection breaks."""
    there = _size(part)
    request = urllib.request.Request(remote.url, headers={"Range": f"bytes={there}-"})
    try:
        answer = urllib.request.urlopen(request, timeout=TIMEOUT_S)
    except (urllib.error.URLError, TimeoutError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise NoConnection(f"{remote.url} cannot be reached: {reason}") from error
    # A server without range requests sends the file from its beginning.
    is_continued = answer.status == http.HTTPStatus.PARTIAL_CONTENT
    with answer, part.open("ab" if is_continued else "wb") as stream:
        there = there if is_continued else 0
        while there <= remote.size and (piece := _piece(answer)):
            stream.write(piece)
            there += len(piece)
            progress(f"{remote.name} (MB)", there // 10**6, remote.size // 10**6)


def _piece(answer: http.client.HTTPResponse) -> bytes:
    """The next bytes; none at the end, or where the connection broke."""
    try:
        return answer.read(PIECE_BYTES)
    except (ConnectionError, TimeoutError, http.client.HTTPException):
        return b""


def _fault(remote: Remote, file: Path) -> str:
    """How a file differs from the one that was published; empty where it does not."""
    if (size := _size(file)) != remote.size:
        return f"{file} has {size} bytes in place of {remote.size}"
    bad = [kind for kind in ("md5", "sha256") if not _agrees(file, kind, remote)]
    return f"{file} does not agree with its published {bad[0]} sum" if bad else ""


def _agrees(file: Path, kind: str, remote: Remote) -> bool:
    published: str = getattr(remote, kind)
    if not published:
        return True
    with file.open("rb") as stream:
        found: str = hashlib.file_digest(stream, kind).hexdigest()
    return found == published


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
