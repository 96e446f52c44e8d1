"""The losses of a run: always as CSV, for TensorBoard when asked."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lesion_viewer.errors import TrainingError
from lesion_viewer.extras import missing
from lesion_viewer.system.atomic_files import replaced_file


@dataclass(slots=True)
class RunLog:
    """The log of a run's losses: step, epoch, part, and a column for each loss.

    Attributes
    ----------
    file : Path
        The CSV, made with the first line.
    board : Any
        TensorBoard's writer; None without TensorBoard.
    """

    file: Path
    board: Any = field(default=None)

    def rewind(self, step: int) -> None:
        """Remove the lines that a killed run wrote after its last saved state.

        Parameters
        ----------
        step : int
            The last step to keep.
        """
        if not self.file.is_file():
            return
        with self.file.open(newline="", encoding="utf-8") as stream:
            header, *rows = list(csv.reader(stream)) or [[]]
        # The last line may have been cut off in the middle.
        kept = [row for row in rows if len(row) == len(header) and int(row[0]) <= step]
        with (
            replaced_file(self.file) as new,
            new.open("w", newline="", encoding="utf-8") as stream,
        ):
            csv.writer(stream).writerows([header, *kept] if kept else [])

    def add(self, step: int, epoch: float, part: str, losses: Mapping[str, float]) -> None:
        """Add a line; nothing where there are no losses.

        Parameters
        ----------
        step : int
            Steps done.
        epoch : float
            Epochs done; steps, where the recipe counts those.
        part : str
            ``train`` or ``validation``.
        losses : Mapping[str, float]
            Losses by name; the same names in all calls of a run.
        """
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
        """Log to TensorBoard as well.

        Parameters
        ----------
        folder : Path
            Folder of TensorBoard's files.
        step : int
            The last step to keep of what the folder holds.

        Raises
        ------
        TrainingError
            Where TensorBoard is not installed.
        """
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise TrainingError(missing("tensorboard")) from error
        self.board = SummaryWriter(str(folder), purge_step=step)
