"""Weights from a recipe: one loop for all architectures, on one process or many."""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from lightning_fabric import Fabric
from lightning_fabric.strategies.ddp import DDPStrategy

from training.fitting.learner import Learner, Losses
from training.fitting.rendered_slices import Sample, cached_slices
from training.fitting.run_folder import RunFolder
from training.fitting.sample_order import Stream
from training.recipe.fit_options import unit_steps
from training.recipe.recipe import Recipe, parse_recipe
from training.scan import Source
from training.sources.reviewed_projects import provenance, read_reviews
from training.sources.scan_sources import sources_of

Progress = Callable[[str, int, int, float], None]
MOST_WORKERS = 8


def fit(
    recipe_text: str,
    output: Path,
    is_resumed: bool = False,
    cache: Path | None = None,
    progress: Progress = lambda what, done, total, loss: None,
    device: str = "auto",
    has_board: bool = False,
    reviews: Sequence[Path] = (),
    say: Callable[[str], None] = lambda text: None,
) -> Path:
    """Fit a recipe; the folder of its checkpoint.

    Parameters
    ----------
    recipe_text : TOML
    output : the run's folder; with ``is_resumed`` it holds the run to go on with
    cache : folder of rendered slices; ``cache`` in the run's folder when left out
    progress : told what is done, how much of how many, and the loss
    device : ``auto``, ``cpu``, ``cuda`` or ``mps``; under ``torchrun`` one for each process
    has_board : log to TensorBoard as well as to CSV
    reviews : journals of labelling projects: accepted, corrected and added boxes are lesions,
        rejected ones background, all else on a slice that was not read in full is ignored
    say : told what became of the reviewed slices

    Raises
    ------
    TrainingError
        For a recipe, data or folder that cannot be used, or a loss that is not finite.
    DetectionError
        For options or weights that do not fit the architecture.
    """
    recipe = parse_recipe(recipe_text)
    options, run = recipe.fit, RunFolder(output)
    reviewed = read_reviews(reviews)
    recipe_text += provenance(reviewed)
    sources = sources_of(recipe.data, recipe.input, reviewed, say)
    fabric = launched(device)
    learner = Learner(fabric, recipe)
    if fabric.is_global_zero:
        run.check(recipe_text, is_resumed)
    train, validation = slices_of(recipe, sources, fabric, cache or output / "cache", progress)
    stream = Stream(train, recipe.augmentation, recipe.seed)
    unit = unit_steps(options, len(train))
    total = unit * (options.steps or options.epochs)
    if fabric.is_global_zero:
        run.begin(recipe_text)
    begin, patience = 0, Patience(options.early_stop)
    fabric.barrier()
    if state := run.load_state():
        begin, patience = int(state["step"]), Patience(**state["patience"])
        learner.load_state(state["learner"], run.state_file)
    log = run.log(begin, has_board) if fabric.is_global_zero else None

    for step, batch in enumerate(stream.batches(fabric, range(begin, total), options.batch), begin):
        if patience.is_over:
            break
        losses, done = learner.learn(batch, step, total), step + 1
        validated: Losses = {}
        if _is_due(options.validate_every, done, unit, total):
            validated = learner.validate(validation)
            patience.note(sum(validated.values()))
        if log is None:
            continue
        log.add(done, done / unit, "train", losses)
        log.add(done, done / unit, "validation", validated)
        progress("steps", done, total, sum(losses.values()))
        is_saved = _is_due(options.save_every, done, unit, total) or patience.is_over
        if (validated and patience.is_best) if options.early_stop else is_saved:
            run.write_checkpoint(recipe, learner.average)
        if is_saved:
            state = {"step": done, "patience": asdict(patience), "learner": learner.state()}
            run.save_state(state)
    return run.checkpoint


@dataclass(slots=True)
class Patience:
    """How many validations in a row brought no lower loss; ``limit`` 0 is without end."""

    limit: int
    best: float = float("inf")
    waited: int = 0

    def note(self, loss: float) -> None:
        """Count a validation."""
        self.waited = 0 if loss < self.best else self.waited + 1
        self.best = min(loss, self.best)

    @property
    def is_best(self) -> bool:
        """Whether the last validation was the lowest."""
        return self.waited == 0

    @property
    def is_over(self) -> bool:
        """Whether the run ends here."""
        return 0 < self.limit <= self.waited


def launched(device: str) -> Fabric:
    """The process on its device; under ``torchrun`` one of those that share each batch."""
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    # A detector may have stages that none of its maps come from.
    together = DDPStrategy(find_unused_parameters=True)
    fabric = Fabric(
        accelerator=device,
        devices=int(os.environ.get("LOCAL_WORLD_SIZE", 1)),
        num_nodes=int(os.environ.get("GROUP_WORLD_SIZE", 1)),
        strategy=together if "LOCAL_WORLD_SIZE" in os.environ else "auto",
    )
    fabric.launch()
    return fabric


def slices_of(
    recipe: Recipe,
    sources: Mapping[str, Source],
    fabric: Fabric,
    cache: Path,
    progress: Progress,
) -> tuple[Sequence[Sample], Sequence[Sample]]:
    """Slices to learn from and to validate on; rendered by one process, then read by all."""
    with fabric.rank_zero_first(local=True):
        train, validation = (
            cached_slices(
                source,
                recipe.input,
                cache,
                part,
                lambda done, total: progress("slices", done, total, float("nan")),
            )
            for part, source in sources.items()
        )
    if not recipe.fit.only_with_lesion:
        return train, validation
    return WithLesion(train), WithLesion(validation)


class WithLesion(Sequence[Sample]):
    """Those of ``slices`` that hold a lesion."""

    def __init__(self, slices: Sequence[Sample]) -> None:
        self._slices = slices
        self._kept = [i for i in range(len(slices)) if len(slices[i].boxes)]

    def __len__(self) -> int:
        return len(self._kept)

    def __getitem__(self, index: int) -> Sample:  # type: ignore[override]
        """The slice at a place among those that are left."""
        return self._slices[self._kept[index]]


def _is_due(every: int, done: int, unit: int, total: int) -> bool:
    return done % (unit * every) == 0 or done == total
