"""What a detector answered on cases, kept in a file, so that a long comparison goes on later."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.errors import TrainingError


@dataclass(frozen=True, slots=True)
class Answer:
    """A detector's boxes on the scored slices of a case.

    Attributes
    ----------
    seconds : float
        Time of the processor that they took.
    found : tuple[tuple[Detection, ...], ...]
        The boxes on each scored slice, in the case's order.
    """

    seconds: float
    found: tuple[tuple[Detection, ...], ...]

    def on(self, scored: Sequence[int]) -> tuple[SliceDetections, ...]:
        """The boxes by slice.

        Parameters
        ----------
        scored : Sequence[int]
            Indices of the scored slices.

        Returns
        -------
        tuple[SliceDetections, ...]
            One for each of ``scored``.
        """
        return tuple(SliceDetections(i, d) for i, d in zip(scored, self.found, strict=True))


class KeptAnswers:
    """The answers of a detector on cases, in their order; each is written as soon as it is there.

    Parameters
    ----------
    file : Path | None
        JSON, one line for each case, and one that says that it is whole; read where it exists. A
        line that was not written to its end is dropped. None keeps nothing.

    Attributes
    ----------
    answers : list[Answer]
        Those that are there.
    is_whole : bool
        Whether every case was answered.
    """

    def __init__(self, file: Path | None) -> None:
        self.answers: list[Answer] = []
        self.is_whole = False
        self._file = file
        if file is not None:
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                self._read(file)
            except OSError as error:
                raise TrainingError(f"{file} cannot be used: {error.strerror}") from error

    def add(self, answer: Answer) -> None:
        """Keep the answer on the next case.

        Parameters
        ----------
        answer : Answer
            The answer.
        """
        self.answers.append(answer)
        boxes = [[[*d.box.as_tuple(), d.score] for d in found] for found in answer.found]
        self._write({"seconds": answer.seconds, "boxes": boxes})

    def finish(self) -> None:
        """Note that every case was answered."""
        if not self.is_whole:
            self.is_whole = True
            self._write({"cases": len(self.answers)})

    def _write(self, entry: object) -> None:
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(entry) + "\n")

    def _read(self, file: Path) -> None:
        lines = file.read_text(encoding="utf-8").splitlines(True) if file.exists() else []
        whole = [line for line in lines if line.endswith("\n")]
        if whole != lines:
            file.write_text("".join(whole), encoding="utf-8")
        for entry in map(json.loads, whole):
            if "cases" in entry:
                self.is_whole = True
                return
            boxes = tuple(
                tuple(Detection(Box(*corners), score) for *corners, score in found)
                for found in entry["boxes"]
            )
            self.answers.append(Answer(entry["seconds"], boxes))
