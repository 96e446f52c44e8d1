"""The outcome of the noisy-label experiment on screen."""

from rich.console import Console
from rich.table import Table

from .experiment import AT, Outcome


def print_outcome(outcome: Outcome) -> None:
    """Print which errors were found, and the sensitivity of each detector.

    Parameters
    ----------
    outcome : Outcome
        Results of the experiment.
    """
    console = Console()
    found = Table("error", "planted", "in the queue's first half")
    for error, count in outcome.planted.items():
        found.add_row(error, str(count), f"{outcome.found[error]:.0%}")
    found.add_row("all", str(sum(outcome.planted.values())), f"{outcome.found_in_all:.0%}")
    console.print(f"{outcome.boxes} lesions on {outcome.slices} slices")
    console.print(found)
    froc = Table("labels", *(f"{at:g} false positives" for at in AT), "mean")
    for arm, curve in outcome.froc.items():
        froc.add_row(arm, *(f"{curve[at]:.3f}" for at in AT), f"{outcome.mean[arm]:.3f}")
    console.print(froc)
    share = "nothing was lost" if outcome.recovered is None else f"{outcome.recovered:.0%}"
    console.print(f"share of the loss by label errors that the corrections recover: {share}")
