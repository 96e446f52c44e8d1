"""What a run leaves behind: its recipe, its log, its state, and the checkpoint."""

import csv
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from lesion_viewer.detection.checkpoint import Card, write_checkpoint
from lesion_viewer.errors import TrainingError
from training.recipe import Recipe

DEFAULT_THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A folder that belongs to one run."""

    path: Path

    @property
    def checkpoint(self) -> Path:
        """Folder of the averaged weights and their card."""
        return self.path / "checkpoint"

    def begin(self, recipe_text: str, is_resumed: bool) -> None:
        """Make the folder; a resumed run finds the same recipe in it.

        Raises
        ------
        TrainingError
            Where a run is there already, or the one to resume is not or had another recipe.
        """
        recipe_file = self.path / "recipe.toml"
        has_run = recipe_file.is_file()
        if is_resumed and not has_run:
            raise TrainingError(f"{self.path} holds no run to resume")
        if has_run and not is_resumed:
            raise TrainingError(f"{self.path} holds a run; resume it, or choose another folder")
        if is_resumed:
            if recipe_file.read_text(encoding="utf-8") != recipe_text:
                raise TrainingError(f"{self.path} was begun with another recipe than this one")
            return
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            recipe_file.write_text(recipe_text, encoding="utf-8")
        except OSError as error:
            raise TrainingError(f"{self.path} cannot be written: {error.strerror}") from error

    def save_state(self, state: Mapping[str, Any]) -> None:
        """Keep what a resumed run goes on from; replaces the old state whole."""
        new = self.path / "state.new"
        torch.save(dict(state), new)
        os.replace(new, self.path / "state.pt")

    def load_state(self) -> dict[str, Any] | None:
        """The state that was kept last; None where there is none yet."""
        file = self.path / "state.pt"
        if not file.is_file():
            return None
        state: dict[str, Any] = torch.load(file, weights_only=True)
        return state

    def log(self, step: int, part: str, values: Mapping[str, float]) -> None:
        """Add a line to ``log.csv``: step, ``train`` or ``validation``, and the values."""
        file = self.path / "log.csv"
        is_new = not file.is_file()
        with file.open("a", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            if is_new:
                writer.writerow(["step", "part", *values])
            writer.writerow([step, part, *(f"{v:.6g}" for v in values.values())])

    def write_checkpoint(self, recipe: Recipe, model: nn.Module) -> None:
        """Write the weights with a card that has no metrics yet."""
        first, end = recipe.data.seeds
        card = Card(
            name=recipe.name,
            version=recipe.version,
            architecture=recipe.architecture,
            options=recipe.options,
            input=recipe.input,
            classes=("lesion",),
            training_data=f"{recipe.training_data} Seeds {first} to {end - 1}.",
            terms=recipe.terms,
            limits=recipe.limits,
            default_threshold=DEFAULT_THRESHOLD,
        )
        write_checkpoint(self.checkpoint, model, card, half_precision=True)
