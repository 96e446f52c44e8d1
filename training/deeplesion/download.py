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
from training.deeplesion.unpacking import unpack

HOMEPAGE = "https://nihcc.app.box.com/v/DeepLesion"
PIECE_BYTES = 2**20
TIMEOUT_S = 60
UNPACKED = ".unpacked"
"""Ends the name of the empty file that stands for a zip whose images are there."""

Progress = Callable[[str, int, int], None]


class NoConnection(TrainingError):
    """What is asked for cannot be reached over the network."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A file to fetch. ``md5`` is empty where none was published."""

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
    """What to fetch where there is no network, and where to put it."""
    lines = [f"DeepLesion by hand, from {HOMEPAGE} or from these addresses:", ""]
    lines += [f"{r.name}  {r.size / 1e6:.0f} MB  {r.url}" for r in remotes]
    lines += ["", f"Put the files into {folder} as they are, and run the command again:"]
    return "\n".join([*lines, "it checks and unpacks what it finds there."])


def download(remotes: Sequence[Remote], folder: Path, progress: Progress) -> None:
    """Have all files in ``folder``; what is there already is not fetched again.

    A zip is unpacked as soon as it is whole, and then removed.

    Parameters
    ----------
    progress : told a file's name and how many of its MB are there

    Raises
    ------
    NoConnection
        Where a file cannot be reached; what was fetched so far is gone on with next time.
    TrainingError
        Where a file is not what it should be, or the folder cannot be written.
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
    """Put a file into ``target`` once it is whole; goes on while more of it comes."""
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
    """Add to ``part`` what the server sends; less than all of it where the connection breaks."""
    there = _size(part)
    request = urllib.request.Request(remote.url, headers={"Range": f"bytes={there}-"})
    try:
        answer = urllib.request.urlopen(request, timeout=TIMEOUT_S)
    except (urllib.error.URLError, TimeoutError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise NoConnection(f"{remote.url} cannot be reached: {reason}") from error
    # A server that knows no ranges sends the file from its beginning.
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
