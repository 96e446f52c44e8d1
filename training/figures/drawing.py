"""What all figures share: lines that differ without colour, and how they are written."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from lesion_viewer.errors import TrainingError

LINES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)), (0, (1, 3)))
MARKS = ("o", "s", "^", "D", "v", "x", "P", "*", "<", "+", ">")
GREYS = ("0.0", "0.45", "0.2", "0.55", "0.1", "0.35")
DOTS_PER_INCH = 150


def save(figure: Figure, output: Path, name: str) -> list[Path]:
    """Write a figure as PNG and SVG.

    Parameters
    ----------
    figure : Figure
        The figure.
    output : Path
        Folder of the files; made where it does not exist.
    name : str
        Name of the files, without an ending.

    Returns
    -------
    list[Path]
        The files: PNG, SVG.

    Raises
    ------
    TrainingError
        Where the folder cannot be written.
    """
    files = [output / f"{name}.{kind}" for kind in ("png", "svg")]
    try:
        output.mkdir(parents=True, exist_ok=True)
        for file in files:
            figure.savefig(file, dpi=DOTS_PER_INCH)
    except OSError as error:
        raise TrainingError(f"{output} cannot be written: {error.strerror}") from error
    return files


def table(title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Figure:
    """A table as a figure that is as wide as its text needs.

    Parameters
    ----------
    title : str
        Heading.
    columns : tuple[str, ...]
        Heads of the columns.
    rows : Sequence[tuple[str, ...]]
        Texts, as many in each row as there are columns.

    Returns
    -------
    Figure
        The figure.
    """
    widths = [max(map(len, texts)) + 3 for texts in zip(columns, *rows, strict=True)]
    size = (max(0.085 * sum(widths), 0.09 * len(title)) + 0.4, 0.27 * (len(rows) + 1) + 0.6)
    figure = Figure(figsize=size)
    figure.suptitle(title, fontsize=10, y=1 - 0.12 / size[1], va="top")
    axes = figure.add_axes((0.02, 0.02, 0.96, 1 - 0.5 / size[1]))
    axes.axis("off")
    drawn = axes.table(
        rows,
        colLabels=columns,
        colWidths=[w / sum(widths) for w in widths],
        cellLoc="left",
        bbox=Bbox.unit(),
    )
    drawn.auto_set_font_size(False)
    drawn.set_fontsize(9)
    for (row, _), cell in drawn.get_celld().items():
        cell.set_linewidth(0.5)
        if row == 0:
            cell.set_facecolor("0.88")
            cell.set_text_props(weight="bold", ha="left")
    return figure
