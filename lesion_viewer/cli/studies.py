"""Commands that open and check studies."""

import gc
import inspect
import json
from pathlib import Path
from typing import Annotated

import typer

from lesion_viewer.errors import LesionViewerError
from lesion_viewer.system.garbage import not_collected

commands = typer.Typer()


@commands.command("open")
def open_paths(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH...")] = None,
    annotations: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Labels: DeepLesion's CSV, a reviewed one, a plain table of boxes, COCO, boxes by"
            " SOP Instance UID, or a label volume (NIfTI, NRRD, MetaImage, DICOM SEG) on the CT's"
            " voxels.",
        ),
    ] = None,
    session: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The review's file, if not the usual one.")
    ] = None,
    labels: Annotated[
        str,
        typer.Option(metavar="LIST", help="Of a label volume: values or names, such as 1,11-17."),
    ] = "",
) -> None:
    """Open a window for each PATH: a folder, a file or a zip."""
    from lesion_viewer.ui.shell.display import why_no_window

    if reason := why_no_window():
        headless = "'lesion-viewer detect PATH --output FILE.csv' searches"
        if annotations is not None:
            headless = "'lesion-viewer project IMAGES --annotations FILE --session FILE' makes it"
        raise LesionViewerError(f"{reason}; {headless} without a window")
    for path in paths or ():
        if not path.exists():
            raise LesionViewerError(f"{path}: there is no such file or folder")
    import_windows()
    from lesion_viewer.ui.shell.application import run_windows

    raise typer.Exit(run_windows(paths or [], annotations, session, labels))


def import_windows() -> None:
    """Import all of the window, in the shortest time.

    No garbage is collected, because modules leave none; what they made is never looked at again by
    later collections, which become shorter. PySide6 does not read the source of each module, where
    it looks for ``from __feature__ import``: there is none, as in a bundle without sources.
    """
    getsource = inspect.getsource
    inspect.getsource = _no_source  # type: ignore[assignment]
    try:
        with not_collected():
            import lesion_viewer.ui.shell.application  # noqa: F401

            gc.freeze()
    finally:
        inspect.getsource = getsource


def _no_source(of: object) -> str:
    raise OSError("no source is read while the window is imported")


@commands.command("check")
def check(
    path: Annotated[Path, typer.Argument(metavar="PATH")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print how PATH would be read: series, faults, what is left out."""
    from lesion_viewer.ct.check import collection_report, report_lines
    from lesion_viewer.ct.reading import open_collection

    report = collection_report(open_collection(path))
    print(json.dumps(report, indent=2) if as_json else "\n".join(report_lines(report)))


@commands.command("demo")
def demo(
    output: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where the study and the results go.")
    ] = Path("demo-output"),
) -> None:
    """Open a phantom study with the bundled detector; without a display, review it by script."""
    from lesion_viewer.ui.shell.demo import run_demo

    raise typer.Exit(run_demo(output))
