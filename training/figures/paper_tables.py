"""The paper's tables: an architecture's layers (2) and the results (3)."""

from collections.abc import Mapping
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor, nn

from .drawing import table

MOST_ROWS = 36
RESULTS = "Results; sens. FP: sensitivity at IoU .5 by false positives per slice"


def architecture(name: str, model: nn.Module, image: Tensor) -> Figure:
    """A table of a model's layers, with the shape of each layer's output and its parameters.

    Parts of a large model are shown as one layer each, so that the table fits on a page.

    Parameters
    ----------
    name : str
        Of the model, for the title.
    model : nn.Module
        The model; put into evaluation mode.
    image : Tensor
        float32 (channels, rows, columns), as the model sees it.

    Returns
    -------
    Figure
        The figure.
    """
    calls = _calls(model, image)
    for depth in (3, 2, 1):
        layers = [call for call in calls if _is_shown(model, call[0], depth)]
        if len(layers) <= MOST_ROWS:
            break
    rows = [("image", "", " x ".join(map(str, image.shape)), "")]
    seen = set()
    for path, shape in layers:
        module = model.get_submodule(path)
        parameters = sum(p.numel() for p in module.parameters())
        counted = "again" if path in seen and parameters else f"{parameters:,}"
        rows.append((path, type(module).__name__, shape, counted))
        seen.add(path)
    total = sum(p.numel() for p in model.parameters())
    return table(f"{name}: {total:,} parameters", ("layer", "kind", "gives", "parameters"), rows)


def results(evaluations: Mapping[str, Mapping[str, Any]]) -> Figure:
    """A table of the paper's measures of each detector, and its sensitivity by false positives.

    Parameters
    ----------
    evaluations : Mapping[str, Mapping[str, Any]]
        Name of the detector -> content of the file that ``evaluate --output`` wrote.

    Returns
    -------
    Figure
        The figure.
    """
    columns = (
        *("detector", "data", "MSE", "IoU", "sens. IoU .1", "false pos. rate"),
        *("sens. 0.5 FP", "sens. 1 FP", "sens. 4 FP", "95 % at 1 FP"),
    )
    rows = []
    for name, result in evaluations.items():
        paper = result["paper"] or {}
        shown = [paper.get(k) for k in ("mse", "iou", "sensitivity", "false_positive_rate")]
        at = [result["sensitivity"][k] for k in ("0.5", "1.0", "4.0")]
        interval = result["interval"].get("1.0")
        said = "{:.2f} to {:.2f}".format(*interval) if interval else "-"
        mse, *shares = shown
        texts = [_number(mse, 5), *(_number(v, 3) for v in (*shares, *at)), said]
        rows.append((name, result["data"], *texts))
    return table(RESULTS, columns, rows)


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _is_shown(model: nn.Module, path: str, depth: int) -> bool:
    """Whether a module has no parts, or its parts lie deeper than is shown."""
    parts = path.split(".")
    above = (model.get_submodule(".".join(parts[:n])) for n in range(1, len(parts)))
    # A ModuleList is never called: its members stand in its place.
    level = 1 + sum(not isinstance(module, nn.ModuleList) for module in above)
    is_leaf = not any(True for _ in model.get_submodule(path).children())
    return level == depth or (level < depth and is_leaf)


def _calls(model: nn.Module, image: Tensor) -> list[tuple[str, str]]:
    """Each module that is called and the shape that it gives, in the order of the calls."""
    calls: list[tuple[str, str]] = []
    handles = []
    for path, module in model.named_modules():

        def note(_: nn.Module, __: Any, given: Any, path: str = path) -> None:
            if path and (text := _shape(given)):
                calls.append((path, text))

        handles.append(module.register_forward_hook(note))
    try:
        with torch.inference_mode():
            model.eval()([image])
    finally:
        for handle in handles:
            handle.remove()
    return calls


def _shape(given: Any) -> str:
    """Sides of a tensor without the batch; of several, the first and last."""
    if isinstance(given, Tensor):
        return " x ".join(map(str, given.shape[1:])) or "1"
    if isinstance(given, dict):
        given = list(given.values())
    if isinstance(given, list | tuple) and given and all(isinstance(g, Tensor) for g in given):
        first, last = _shape(given[0]), _shape(given[-1])
        return first if len(given) == 1 else f"{first} ... {last}"
    return ""
