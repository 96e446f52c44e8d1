"""Arguments and options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

from lesion_viewer.errors import TrainingError

RECIPES = Path(__file__).parents[1] / "recipes"


def recipe_file(name: str) -> Path:
    """The file of a recipe.

    Parameters
    ----------
    name : str
        Path of a TOML file, or name of a recipe that comes with the package: ``faster_rcnn``. A
        file of that name goes before the recipe.

    Returns
    -------
    Path
        A path with a suffix or a folder in it is returned whether or not there is such a file.

    Raises
    ------
    TrainingError
        Where a name is no recipe's; it lists those that there are.
    """
    path = Path(name)
    if path.is_file() or path.suffix or len(path.parts) != 1:
        return path
    names = sorted(file.stem for file in RECIPES.glob("*.toml"))
    if name not in names:
        raise TrainingError(f"there is no recipe '{name}'; those by name are {', '.join(names)}")
    return RECIPES / f"{name}.toml"


Recipe = Annotated[
    Path,
    typer.Argument(
        metavar="NAME|FILE",
        parser=recipe_file,
        help="A recipe of the package by name, such as faster_rcnn, or a TOML file.",
    ),
]
Seed = Annotated[
    int, typer.Option(min=0, help="Seed of the first phantom or scan; the others follow.")
]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")]
Runtime = Annotated[str, typer.Option(help="auto, onnx, openvino, openvino-bf16 or torch.")]
Ray = Annotated[
    str | None,
    typer.Option("--ray", metavar="ADDRESS", help="A Ray cluster, or local for one here alone."),
]
Workers = Annotated[
    int | None,
    typer.Option(min=1, help="Processes on it; as many as it has GPUs, or CPUs, when left out."),
]
