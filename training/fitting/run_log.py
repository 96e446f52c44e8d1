"""The losses of a run: always as CSV, for TensorBoard when asked."""

import csv
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lesion_viewer.errors import TrainingError


@dataclass(slots=True)
class RunLog:
    """``log.csv``: step, epoch, part (``train`` or ``validation``), and a column for each loss."""

    file: Path
    board: Any = field(default=None)

    def rewind(self, step: int) -> None:
        """Leave out what a killed run wrote after ``step``, the last one that it saved."""
        if not self.file.is_file():
            return
        with self.file.open(newline="", encoding="utf-8") as stream:
            header, *rows = list(csv.reader(stream)) or [[]]
        # The last line may have been cut off in the middle.
        kept = [row for row in rows if len(row) == len(header) and int(row[0]) <= step]
        new = self.file.with_suffix(".new")
        with new.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([header, *kept] if kept else [])
        os.replace(new, self.file)

    def add(self, step: int, epoch: float, part: str, losses: Mapping[str, float]) -> None:
        """Add a line where there are losses; all lines of a run have the same ones."""
        if not losses:
            return
        is_new = not self.file.is_file() or not self.file.stat().st_size
        with self.file.open("a", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            if is_new:
                writer.writerow(["step", "epoch", "part", *losses])
            writer.writerow([step, f"{epoch:.4g}", part, *(f"{v:.6g}" for v in losses.values())])
        if self.board is not None:
            for name, value in losses.items():
                self.board.add_scalar(f"{name}/{part}", value, step)

    def show_on_board(self, folder: Path, step: int) -> None:
        """Log to TensorBoard as well, from ``step`` on; lines after it are purged.

        Raises
        ------
        TrainingError
            Where TensorBoard is not installed.
        """
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise TrainingError(
                "TensorBoard is not installed: pip install 'lesion-viewer[training]'"
            ) from error
        self.board = SummaryWriter(str(folder), purge_step=step)
