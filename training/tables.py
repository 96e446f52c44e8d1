"""Results as tables on the screen."""

from rich.console import Console
from rich.table import Table

from training.evaluation import Evaluation


def print_evaluation(result: Evaluation, data: str) -> None:
    """Print sensitivities with their intervals, and the operating points."""
    console = Console()
    console.print(
        f"{result.volumes} volumes ({data}): {result.slices} slices, {result.lesions} lesions,"
        f" {result.lesion_boxes} lesion boxes. A box hits from IoU 0.5; a second one on the same"
        " lesion counts neither way (CADLab's rule)."
    )
    table = Table("false positives per slice", "sensitivity", "95 % over volumes")
    for count, value in result.sensitivity.items():
        low, high = result.interval.get(count, (value, value))
        table.add_row(f"{count:g}", f"{value:.3f}", f"{low:.3f} to {high:.3f}")
    console.print(table)
    points = Table(
        "threshold",
        "sensitivity per box",
        "lesions found",
        "false positives per slice",
        "false candidates per volume",
    )
    for p in result.operating_points:
        points.add_row(
            f"{p.threshold:.2f}",
            f"{p.sensitivity:.3f}",
            f"{result.lesion_sensitivity[p.threshold]:.3f}",
            f"{p.false_positives_per_slice:.3f}",
            f"{p.false_positives_per_volume:.2f}",
        )
    console.print(points)
