"""Makes the detector; what it needs is imported when it is asked for."""

from collections.abc import Callable
from pathlib import Path

from lesion_viewer.detection.checkpoints.checkpoint import GATE
from lesion_viewer.detection.detector import MIN_SCORE, Detector
from lesion_viewer.resource_files import resource_folder

LIVER_OF = "liver"
"""The bundled detector whose gate marks the liver."""


def liver_network() -> Path:
    """Folder of the network that marks the liver."""
    return resource_folder() / "detectors" / LIVER_OF / GATE


def load_geometric(
    folder: Path,
    device: str = "auto",
    min_score: float = MIN_SCORE,
    on_notice: Callable[[str], None] = lambda notice: None,
    is_gated: bool = True,
    runtime: str = "auto",
    threads: int | None = None,
) -> Detector:
    """The detector of a card; see ``installed.Loader``.

    Parameters
    ----------
    folder : Path
        Folder of its card.
    device : str
        Not used: it runs on the CPU.
    min_score : float
        Boxes with a lower score are left out, 0 to 1.
    on_notice : Callable[[str], None]
        Called with a sentence when the liver's network needs another runtime.
    is_gated : bool
        Not used: it knows lesions by the liver around them.
    runtime : str
        What runs the liver's network, one of ``choice.RUNTIMES``.
    threads : int | None
        Threads of that network; as many as the CPU has when left out.

    Returns
    -------
    Detector
        Ready to search.

    Raises
    ------
    DetectionError
        The card or the liver's network cannot be used.
    """
    from lesion_viewer.detection.checkpoints.checkpoint import load_card
    from lesion_viewer.detection.gate import load_gate
    from lesion_viewer.detection.geometric.geometric_detector import GeometricDetector

    gate = load_gate(liver_network(), on_notice, runtime, threads)
    return GeometricDetector(load_card(folder), gate, min_score)
