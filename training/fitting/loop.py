"""Training by a recipe: one loop for all architectures, on one process or many."""

import logging
import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from lightning_fabric import Fabric
from lightning_fabric.plugins.environments.torchelastic import TorchElasticEnvironment
from lightning_fabric.strategies.ddp import DDPStrategy

from ..recipe.fit_options import unit_steps
from ..recipe.recipe import Recipe, parse_recipe
from ..scan import Source
from ..shards.reading import Shards, as_written
from ..sources.reviewed_projects import provenance, read_reviews
from ..sources.scan_sources import sources_of
from .learner import Learner, Losses
from .rendered_slices import Sample, cached_slices
from .run_folder import RunFolder
from .sample_order import Stream
from .sharded_slices import ShardedSlices

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
    review_images: Sequence[Path] = (),
) -> Path:
    """Train a model by a recipe.

    Parameters
    ----------
    recipe_text : str
        TOML.
    output : Path
        The run's folder; with ``is_resumed`` it holds the run to continue.
    is_resumed : bool
        Whether to continue the run in ``output`` in place of beginning one.
    cache : Path | None
        Folder of rendered slices; ``cache`` in the run's folder when left out.
    progress : Progress
        Called with what is done, how much, of how many, and the loss.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``; under ``torchrun`` one device for each process.
    has_board : bool
        Whether to log to TensorBoard as well as to CSV.
    reviews : Sequence[Path]
        Journals of labelling projects: accepted, corrected and added boxes are lesions, rejected
        ones background; the rest of a slice that was not read in full is ignored.
    say : Callable[[str], None]
        Called with one line of counts of what happened to the reviewed slices.
    review_images : Sequence[Path]
        The images of each of ``reviews``; none where all are DeepLesion's.

    Returns
    -------
    Path
        Folder of the run's checkpoint.

    Raises
    ------
    TrainingError
        For a recipe, data or folder that cannot be used, or a loss that is not finite.
    DetectionError
        For options or weights that do not fit the architecture.
    """
    recipe = parse_recipe(recipe_text)
    options, run = recipe.fit, RunFolder(output)
    reviewed = read_reviews(reviews, review_images)
    recipe_text += provenance(reviewed)
    sources = sources_of(recipe.data, recipe.input, reviewed, say)
    fabric = launched(device)
    learner, described = Learner(fabric, recipe), as_written(recipe)
    if fabric.is_global_zero:
        run.check(recipe_text, is_resumed)
    train, validation = slices_of(recipe, sources, fabric, cache or output / "cache", progress)
    stream = Stream(train, recipe.augmentation, recipe.seed, recipe.classes)
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
            run.write_checkpoint(described, learner.average)
        if is_saved:
            state = {"step": done, "patience": asdict(patience), "learner": learner.state()}
            run.save_state(state)
    return run.checkpoint


@dataclass(slots=True)
class Patience:
    """Counts the validations since the lowest loss, to end a run early.

    Attributes
    ----------
    limit : int
        Validations in a row without a lower loss that end the run; 0 never does.
    best : float
        Lowest loss so far.
    waited : int
        Validations since then.
    """

    limit: int
    best: float = float("inf")
    waited: int = 0

    def note(self, loss: float) -> None:
        """Count a validation.

        Parameters
        ----------
        loss : float
            Sum of the validation's losses.
        """
        self.waited = 0 if loss < self.best else self.waited + 1
        self.best = min(loss, self.best)

    @property
    def is_best(self) -> bool:
        """Whether the last validation was the lowest."""
        return self.waited == 0

    @property
    def is_over(self) -> bool:
        """Whether the run ends now."""
        return 0 < self.limit <= self.waited


def launched(device: str) -> Fabric:
    """The process on its device; under torchrun or Ray, one of those that share each batch.

    Parameters
    ----------
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``.

    Returns
    -------
    Fabric
        A launched Fabric.
    """
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    # A detector may have stages that feed none of its maps and get no gradient.
    together = DDPStrategy(cluster_environment=_Together(), find_unused_parameters=True)
    fabric = Fabric(
        accelerator=device,
        devices=int(os.environ.get("LOCAL_WORLD_SIZE", 1)),
        strategy=together if "LOCAL_WORLD_SIZE" in os.environ else "auto",
    )
    fabric.launch()
    return fabric


class _Together(TorchElasticEnvironment):
    """Processes that torchrun or Ray Train began, whose variables are the same."""

    def validate_settings(self, num_devices: int, num_nodes: int) -> None:
        """Nothing: nodes may have different numbers of processes."""


def slices_of(
    recipe: Recipe,
    sources: Mapping[str, Source],
    fabric: Fabric,
    cache: Path,
    progress: Progress,
) -> tuple[Sequence[Sample], Sequence[Sample]]:
    """Slices to learn from and slices to validate on, rendered by one process and read by all.

    Those of shards are rendered as they are wanted.

    Parameters
    ----------
    recipe : Recipe
        Decides the input and whether slices without a lesion are left out.
    sources : Mapping[str, Source]
        ``train`` and ``validation`` -> source.
    fabric : Fabric
        Launched.
    cache : Path
        Folder of rendered slices.
    progress : Progress
        Called with ``slices``, scans done, scans in total, and NaN for the loss.

    Returns
    -------
    tuple[Sequence[Sample], Sequence[Sample]]
        Slices to learn from, and slices to validate on.
    """

    def told(done: int, total: int) -> None:
        progress("slices", done, total, math.nan)

    def slices(part: str) -> Sequence[Sample]:
        source, only_with_lesion = sources[part], recipe.fit.only_with_lesion
        if isinstance(source, Shards):
            return ShardedSlices(source, recipe.input, cache, part, only_with_lesion)
        found = cached_slices(source, recipe.input, cache, part, told)
        return WithLesion(found) if only_with_lesion else found

    with fabric.rank_zero_first(local=True):
        return slices("train"), slices("validation")


class WithLesion(Sequence[Sample]):
    """Those slices that hold a lesion.

    Parameters
    ----------
    slices : Sequence[Sample]
        All slices.
    """

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
