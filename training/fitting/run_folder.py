"""What a run leaves behind: its recipe, its log, its state, and the checkpoint."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import nn

from lesion_viewer.detection.checkpoints.checkpoint import Card, write_checkpoint
from lesion_viewer.errors import TrainingError
from training.fitting.run_log import RunLog
from training.recipe.deeplesion_data import DeepLesionData
from training.recipe.recipe import Recipe


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A folder that belongs to one run."""

    path: Path

    @property
    def checkpoint(self) -> Path:
        """Folder of the averaged weights and their card."""
        return self.path / "checkpoint"

    @property
    def state_file(self) -> Path:
        """What a resumed run goes on from."""
        return self.path / "state.pt"

    @property
    def _recipe_file(self) -> Path:
        return self.path / "recipe.toml"

    def check(self, recipe_text: str, is_resumed: bool) -> None:
        """Refuse a folder that this run cannot have; nothing is written.

        Raises
        ------
        TrainingError
            Where a run is there already, or the one to resume is not or had another recipe.
        """
        has_run = self._recipe_file.is_file()
        if is_resumed and not has_run:
            raise TrainingError(f"{self.path} holds no run to resume")
        if has_run and not is_resumed:
            raise TrainingError(f"{self.path} holds a run; resume it, or choose another folder")
        if is_resumed and self._recipe_file.read_text(encoding="utf-8") != recipe_text:
            raise TrainingError(f"{self.path} was begun with another recipe than this one")

    def begin(self, recipe_text: str) -> None:
        """Make the folder with its recipe.

        Raises
        ------
        TrainingError
            Where it cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            new = self.path / "recipe.new"
            new.write_text(recipe_text, encoding="utf-8")
            os.replace(new, self._recipe_file)
        except OSError as error:
            raise TrainingError(f"{self.path} cannot be written: {error.strerror}") from error

    def log(self, step: int, has_board: bool) -> RunLog:
        """The run's log, as it was at ``step``."""
        log = RunLog(self.path / "log.csv")
        log.rewind(step)
        if has_board:
            log.show_on_board(self.path / "tensorboard", step)
        return log

    def save_state(self, state: Mapping[str, Any]) -> None:
        """Keep what a resumed run goes on from; replaces the old state whole."""
        new = self.path / "state.new"
        with new.open("wb") as stream:
            torch.save(dict(state), stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(new, self.state_file)

    def load_state(self) -> dict[str, Any] | None:
        """The state that was kept last; None where there is none yet.

        Raises
        ------
        TrainingError
            Where the file is damaged.
        """
        if not self.state_file.is_file():
            return None
        try:
            state: dict[str, Any] = torch.load(
                self.state_file, map_location="cpu", weights_only=True
            )
        except (RuntimeError, EOFError, UnpicklingError) as error:
            raise TrainingError(f"{self.state_file} is damaged; begin the run anew") from error
        return state

    def write_checkpoint(self, recipe: Recipe, model: nn.Module) -> None:
        """Write the weights with a card that has no metrics yet.

        Raises
        ------
        TrainingError
            Where they do not fit into float16; what was written before stays.
        """
        if not all(value.half().isfinite().all() for value in model.state_dict().values()):
            raise TrainingError(
                "the weights have grown beyond float16, the checkpoint is of before: lower the"
                " learning rate"
            )
        learned_from = recipe.training_data
        if not isinstance(recipe.data, DeepLesionData):
            first, end = recipe.data.seeds
            learned_from += f" Seeds {first} to {end - 1}."
        card = Card(
            name=recipe.name,
            version=recipe.version,
            architecture=recipe.architecture,
            options=recipe.options,
            input=recipe.input,
            classes=("lesion",),
            training_data=learned_from,
            terms=recipe.terms,
            limits=recipe.limits,
            default_threshold=recipe.default_threshold,
        )
        write_checkpoint(self.checkpoint, model, card, half_precision=True)
