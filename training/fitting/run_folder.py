"""The files of a run: its recipe, its log, its state, and the checkpoint."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import nn

from lesion_viewer.detection.checkpoints.checkpoint import Card, write_checkpoint
from lesion_viewer.errors import TrainingError
from lesion_viewer.system.atomic_files import replaced_file

from ..recipe.recipe import Recipe
from ..recipe.scan_data import PhantomData
from ..recipe.synthesis_data import SynthesisData
from .run_log import RunLog


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of one run: recipe, log, state and checkpoint.

    Attributes
    ----------
    path : Path
        The folder, which need not exist yet.
    """

    path: Path

    @property
    def checkpoint(self) -> Path:
        """Folder of the averaged weights and their card."""
        return self.path / "checkpoint"

    @property
    def state_file(self) -> Path:
        """The file that a resumed run continues from."""
        return self.path / "state.pt"

    @property
    def has_run(self) -> bool:
        """Whether a run was begun here."""
        return self._recipe_file.is_file()

    @property
    def _recipe_file(self) -> Path:
        return self.path / "recipe.toml"

    def check(self, recipe_text: str, is_resumed: bool) -> None:
        """Raise an error where a run cannot use the folder; nothing is written.

        Parameters
        ----------
        recipe_text : str
            The run's recipe, with its reviews.
        is_resumed : bool
            Whether the run continues the one in the folder.

        Raises
        ------
        TrainingError
            Where the folder holds a run already, or holds none to resume, or one with another
            recipe.
        """
        if is_resumed and not self.has_run:
            raise TrainingError(f"{self.path} holds no run to resume")
        if self.has_run and not is_resumed:
            raise TrainingError(f"{self.path} holds a run; resume it, or choose another folder")
        if is_resumed and self._recipe_file.read_text(encoding="utf-8") != recipe_text:
            raise TrainingError(f"{self.path} was begun with another recipe than this one")

    def begin(self, recipe_text: str) -> None:
        """Make the folder with its recipe.

        Parameters
        ----------
        recipe_text : str
            The run's recipe, with its reviews.

        Raises
        ------
        TrainingError
            Where the folder cannot be written.
        """
        try:
            with replaced_file(self._recipe_file) as new:
                new.write_text(recipe_text, encoding="utf-8")
        except OSError as error:
            raise TrainingError(f"{self.path} cannot be written: {error.strerror}") from error

    def log(self, step: int, has_board: bool) -> RunLog:
        """The run's log, without what was written after a step.

        Parameters
        ----------
        step : int
            Last step that was saved, 0 for a new run.
        has_board : bool
            Whether to log to TensorBoard as well.

        Returns
        -------
        RunLog
            A log to add to.

        Raises
        ------
        TrainingError
            Where TensorBoard is asked for and not installed.
        """
        log = RunLog(self.path / "log.csv")
        log.rewind(step)
        if has_board:
            log.show_on_board(self.path / "tensorboard", step)
        return log

    def save_state(self, state: Mapping[str, Any]) -> None:
        """Save what a resumed run continues from, in place of the old state.

        Parameters
        ----------
        state : Mapping[str, Any]
            Tensors and plain values.
        """
        with replaced_file(self.state_file) as new:
            torch.save(dict(state), new)

    def load_state(self) -> dict[str, Any] | None:
        """The state that was saved last; None where there is none yet.

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
        """Write weights with a card that has no metrics yet.

        Parameters
        ----------
        recipe : Recipe
            What the card says of the model.
        model : nn.Module
            With the weights to write.

        Raises
        ------
        TrainingError
            Where a weight is too large for float16; the checkpoint written before is kept.
        """
        if not all(value.half().isfinite().all() for value in model.state_dict().values()):
            raise TrainingError(
                "a weight is too large for float16; the checkpoint written before is kept:"
                " lower the learning rate"
            )
        learned_from = recipe.training_data
        if isinstance(recipe.data, PhantomData | SynthesisData):
            first, end = recipe.data.seeds
            learned_from += f" Seeds {first} to {end - 1}."
        card = Card(
            name=recipe.name,
            version=recipe.version,
            architecture=recipe.architecture,
            options=recipe.options,
            input=recipe.input,
            classes=recipe.classes,
            training_data=learned_from,
            terms=recipe.terms,
            limits=recipe.limits,
            default_threshold=recipe.default_threshold,
            taught_on_phantoms=isinstance(recipe.data, PhantomData),
        )
        write_checkpoint(self.checkpoint, model, card, half_precision=True)
