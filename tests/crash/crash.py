"""Kills scripted reviews with SIGKILL: ``python tests/crash/crash.py --kills 1000 --seed 1``.

A forked process opens a journal, makes gestures, exports and closes it again, over and over, and
says after each gesture what the review then is. It is killed after a random time, or shortly after
a random gesture. Then the journal must be whole and give the review as it was said last, or with
the one gesture more that nobody was told of; the export must be one that was written in full.
"""

import argparse
import json
import os
import random
import select
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.review.annotations.annotation import OfSeries
from lesion_viewer.review.annotations.shape import Shape
from lesion_viewer.review.annotations.shapes import Ellipse, Line, Profile
from lesion_viewer.review.finding import Finding, Origin, OriginKind
from lesion_viewer.review.journal.journal_file import Journal
from lesion_viewer.review.journal.review_state import State, replay
from lesion_viewer.review.session import Session
from lesion_viewer.system.atomic_files import save_bytes

KILLS_PER_JOURNAL = 20
LONGEST_S = 0.12
MODEL = Origin(OriginKind.MODEL, "crash", "1", "c" * 64)


@dataclass
class Summary:
    """What the kills did; ``failures`` has a line for each journal or export that is not right."""

    kills: int = 0
    gestures: int = 0
    journals: int = 0
    unsaid: int = 0
    early: int = 0
    failures: list[str] = field(default_factory=list)

    def lines(self, seconds: float) -> list[str]:
        """The summary as it is printed."""
        return [
            *self.failures,
            f"{self.kills} kills in {seconds:.0f} s, {self.early} of them before the first gesture:"
            f" {self.gestures} gestures acknowledged in {self.journals} journals,"
            f" {self.unsaid} times one more was kept than was acknowledged,"
            f" {len(self.failures)} lost or damaged",
        ]


def crash(kills: int, seed: int, folder: Path) -> Summary:
    """Kill that many reviews; journals and exports go into ``folder``."""
    summary, rng = Summary(), random.Random(seed)
    said = digest({})
    for number in range(kills):
        journal = folder / f"{number // KILLS_PER_JOURNAL}.review"
        if number % KILLS_PER_JOURNAL == 0:
            summary.journals += 1
            said = digest({})
        answers = killed_review(journal, rng)
        summary.kills += 1
        summary.gestures += len(answers)
        summary.early += not answers
        try:
            said, is_more = judged(journal, answers[-1] if answers else said)
            summary.unsaid += is_more
        except Exception as error:
            summary.failures.append(f"kill {number}, {journal.name}: {error}")
    return summary


def judged(journal: Path, said: str) -> tuple[str, bool]:
    """The review's digest, and whether it is one gesture further than was said last.

    Raises
    ------
    AssertionError
        Where a gesture is lost, or the journal or the export is damaged.
    """
    opened = Journal.open(journal, "study")
    events = opened.events()
    opened.close()
    now = digest_of(replay(events))
    connection = sqlite3.connect(journal)
    (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
    connection.close()
    assert answer == "ok", answer
    is_more = now != said
    if is_more:
        assert digest_of(replay(events[:-1])) == said, "a gesture is lost"
    export = journal.with_suffix(".csv")
    if export.exists():
        content, _, checksum = export.read_bytes().rpartition(b"\n")
        assert sha256(content).hexdigest().encode() == checksum, "the export is not whole"
    return now, is_more


def digest_of(state: State) -> str:
    """A hash of all that was decided and measured."""
    return digest(state.findings, state.annotations)


def digest(findings: dict[str, Finding], annotations: Mapping[str, OfSeries] | None = None) -> str:
    """A hash of findings and of what is drawn on none of them."""
    content = [
        (
            f.id,
            f.status,
            f.reason,
            f.note,
            sorted((i, b.as_tuple()) for i, b in f.boxes.items()),
            [repr(one) for one in f.annotations.values()],
        )
        for f in findings.values()
    ]
    drawn = [repr(one) for one in (annotations or {}).values()]
    return sha256(json.dumps([content, drawn]).encode()).hexdigest()


def killed_review(journal: Path, rng: random.Random) -> list[str]:
    """What a review had said by the time when it was killed."""
    reading, writing = os.pipe()
    seed = rng.random()
    process = os.fork()
    if process == 0:
        try:
            review(journal, random.Random(seed), writing)
        except BaseException as error:
            print(f"crash: {error}", file=sys.stderr, flush=True)
        os._exit(1)
    os.close(writing)
    if rng.random() < 0.5:
        time.sleep(rng.uniform(0, LONGEST_S))
        heard = b""
    else:
        heard = _heard(reading, rng.randrange(1, 40))
        time.sleep(rng.uniform(0, 0.004))
    os.kill(process, signal.SIGKILL)
    with open(reading, "rb") as rest:
        heard += rest.read()
    _, status = os.waitpid(process, 0)
    assert os.WIFSIGNALED(status), "the review ended before it was killed"
    return [line.decode() for line in heard.split(b"\n")[:-1]]


def _heard(reading: int, lines: int) -> bytes:
    """What comes until so many lines are there, or nothing more comes."""
    heard = b""
    while heard.count(b"\n") < lines and select.select([reading], [], [], 60)[0]:
        said = os.read(reading, 65536)
        if not said:
            break
        heard += said
    return heard


def review(journal: Path, rng: random.Random, answers: int) -> None:
    """Decide without end; each gesture is said once the session has taken it."""
    while True:
        session = Session.open(journal, "study", "ann")
        session.proposals.begin_run("S", MODEL)
        for _ in range(rng.randrange(1, 30)):
            gesture(session, rng)
            os.write(answers, digest_of(session.state).encode() + b"\n")
        content = rng.randbytes(rng.randrange(300_000))
        checksum = sha256(content).hexdigest().encode()
        save_bytes(journal.with_suffix(".csv"), content + b"\n" + checksum)
        session.close()


def gesture(session: Session, rng: random.Random) -> None:
    """One of the gestures of a reader, or a step of a detector."""
    known = [i for i, f in session.findings.items() if f.boxes]
    if not known:
        session.add("S", 1, _box(rng))
        return
    finding_id = rng.choice(known)
    slice_index = rng.choice(list(session.findings[finding_id].boxes))
    gestures = (
        lambda: session.add("S", rng.randrange(60), _box(rng)),
        lambda: session.accept(finding_id),
        lambda: session.reject(finding_id, rng.choice(("vessel", "artefact"))),
        lambda: session.mark_unsure(finding_id),
        lambda: session.set_note(finding_id, "n" * rng.randrange(1, 5000)),
        lambda: session.change_box(finding_id, slice_index, _box(rng)),
        lambda: session.annotate(finding_id, slice_index, _shape(rng)),
        lambda: session.annotate_series("S", slice_index, _shape(rng), _drawn(session, rng)),
        lambda: _erase(session, rng),
        session.undo,
        session.redo,
        lambda: session.accept_all(known),
        lambda: _sweep(session, rng),
    )
    rng.choice(gestures)()


def _sweep(session: Session, rng: random.Random) -> None:
    """A detector's answer for one more slice."""
    found = (Detection(_box(rng), rng.uniform(0.1, 1)),)
    run = session.proposals.begin_run(
        "S", MODEL
    )  # which goes on with the one that was begun on opening
    session.proposals.record_detections(run, [SliceDetections(rng.randrange(60), found)])


def _shape(rng: random.Random) -> Shape:
    ends = (rng.uniform(0, 400), rng.uniform(0, 400)), (rng.uniform(0, 400), rng.uniform(0, 400))
    return rng.choice((Line(*ends), Profile(*ends), Ellipse(ends[0], (9.5, rng.uniform(1, 40)))))


def _drawn(session: Session, rng: random.Random) -> str:
    """UID of a measurement of no finding that takes another shape; mostly empty for a new one."""
    return rng.choice(["", "", *session.series_annotations])


def _erase(session: Session, rng: random.Random) -> None:
    if uids := list(session.series_annotations):
        session.remove_series_annotation(rng.choice(uids))


def _box(rng: random.Random) -> Box:
    x, y = rng.uniform(0, 400), rng.uniform(0, 400)
    return Box(x, y, x + rng.uniform(5, 90), y + rng.uniform(5, 90))


def main(arguments: Iterable[str] | None = None) -> int:
    """Kill and print the summary; 1 where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments if arguments is None else list(arguments))
    if not hasattr(os, "fork"):
        print("crash: no fork on this system")
        return 1
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        summary = crash(options.kills, options.seed, Path(folder))
    print("\n".join(summary.lines(time.monotonic() - started)))
    return bool(summary.failures)


if __name__ == "__main__":
    sys.exit(main())
