"""What a search found: a table on the screen and as CSV, and a plot."""

import csv
import math
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure
from rich.table import Table

from lesion_viewer.errors import TrainingError
from lesion_viewer.system.atomic_files import replaced_file

MARKS = ("o-", "s--")
GREYS = ("0.0", "0.5")
SIZE_INCHES = (6.0, 3.8)


@dataclass(frozen=True, slots=True)
class Search:
    """What a search tried and found, as a table.

    Attributes
    ----------
    title : str
        Heading of the table and the plot.
    columns : tuple[str, ...]
        Names with units; the first is what was varied.
    rows : tuple[tuple[float, ...], ...]
        One for each trial; NaN where it did not finish.
    plotted : int
        Number of columns after the first that the plot shows.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]
    plotted: int

    def table(self) -> Table:
        """The trials for the screen."""
        table = Table(*self.columns, title=self.title)
        for row in self.rows:
            table.add_row(*(f"{value:.4g}" for value in row))
        return table


def write_search(search: Search, output: Path, name: str) -> list[Path]:
    """Write the table as CSV and its plot as PNG and SVG.

    Parameters
    ----------
    search : Search
        The table.
    output : Path
        Folder of the files.
    name : str
        Name of the files, without an ending.

    Returns
    -------
    list[Path]
        The files: CSV, PNG, SVG.

    Raises
    ------
    TrainingError
        Where the folder cannot be written.
    """
    files = [output / f"{name}.{kind}" for kind in ("csv", "png", "svg")]
    try:
        with (
            replaced_file(files[0]) as new,
            new.open("w", newline="", encoding="utf-8") as stream,
        ):
            csv.writer(stream).writerows([search.columns, *search.rows])
        figure = _plot(search)
        for file in files[1:]:
            figure.savefig(file, dpi=150)
    except OSError as error:
        raise TrainingError(f"{output} cannot be written: {error.strerror}") from error
    return files


def _plot(search: Search) -> Figure:
    """The columns over the first, on logarithmic axes; lines differ by mark and dash."""
    figure = Figure(figsize=SIZE_INCHES, layout="constrained")
    axes = figure.add_subplot(
        title=search.title, xlabel=search.columns[0], xscale="log", yscale="log"
    )
    tried = [row[0] for row in search.rows]
    axes.set_xticks(tried, [f"{value:g}" for value in tried], rotation=45)
    axes.minorticks_off()
    for k, name in enumerate(search.columns[1 : 1 + search.plotted]):
        values = [row[k + 1] for row in search.rows]
        axes.plot(tried, values, MARKS[k], color=GREYS[k], label=name)
    if failed := [row[0] for row in search.rows if math.isnan(row[1])]:
        # A trial without a value is marked at the bottom of the axes.
        feet, place = [0.03] * len(failed), axes.get_xaxis_transform()
        axes.plot(failed, feet, "x", color="0.0", label="did not finish", transform=place)
    axes.legend()
    return figure
