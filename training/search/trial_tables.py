"""What a search found: a table on the screen and as CSV, and a plot."""

import csv
import math
import os
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure
from rich.table import Table

from lesion_viewer.errors import TrainingError

MARKS = ("o-", "s--")
GREYS = ("0.0", "0.5")
SIZE_INCHES = (6.0, 3.8)


@dataclass(frozen=True, slots=True)
class Search:
    """A table of what was tried.

    Attributes
    ----------
    columns : names with units; the first is what was tried
    rows : one for each trial; NaN where it did not come to an end
    plotted : columns, after the first, that the plot shows
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
    """Write the table as CSV and its plot as PNG and SVG into a folder; the files.

    Raises
    ------
    TrainingError
        Where the folder cannot be written.
    """
    files = [output / f"{name}.{kind}" for kind in ("csv", "png", "svg")]
    try:
        output.mkdir(parents=True, exist_ok=True)
        new = files[0].with_suffix(".new")
        with new.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([search.columns, *search.rows])
        os.replace(new, files[0])
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
        # At the foot of the picture, whatever the other values are.
        feet, place = [0.03] * len(failed), axes.get_xaxis_transform()
        axes.plot(failed, feet, "x", color="0.0", label="came to no end", transform=place)
    axes.legend()
    return figure
