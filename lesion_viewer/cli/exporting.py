"""Commands that write reviews and studies for others."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lesion_viewer import NOT_A_DEVICE
from lesion_viewer.cli.messages import say

if TYPE_CHECKING:
    from lesion_viewer.exchange.same_pictures import SeriesOf
    from lesion_viewer.review.session import Session

commands = typer.Typer()


class Format(StrEnum):
    """Files that a review can leave as."""

    DEEPLESION = "deeplesion"
    COCO = "coco"
    MEASUREMENTS = "measurements"
    REPORT = "report"
    AUDIT = "audit"
    READINGS = "readings"
    SLICES = "slices"
    SR = "sr"
    SEG = "seg"
    RTSTRUCT = "rtstruct"
    KEYIMAGES = "keyimages"
    LABELS = "labels"


DICOM_FORMATS = (Format.SR, Format.SEG, Format.RTSTRUCT, Format.KEYIMAGES)


@commands.command("export")
def export(
    session: Annotated[
        Path,
        typer.Argument(metavar="SESSION", help="The review's file, or the results of `screen`."),
    ],
    output: Annotated[Path, typer.Option(metavar="PATH", help="Where the export goes.")],
    format: Annotated[
        Format | None, typer.Option(help="What to write; deeplesion when left out.")
    ] = None,
    images: Annotated[
        Path | None,
        typer.Option(metavar="IMAGES", help="The study; for DICOM objects, pictures, HU."),
    ] = None,
    patient: Annotated[
        str, typer.Option(metavar="NAME", help="Whom a report names; nobody where left out.")
    ] = "",
    undecided: Annotated[
        bool, typer.Option("--undecided", help="In sr, candidates that nobody decided as well.")
    ] = False,
    rejected: Annotated[
        bool, typer.Option(help="In sr, rejected findings in a part of their own.")
    ] = True,
) -> None:
    """Export a review; the images are needed for DICOM objects, for pictures and for HU.

    A report is written as text, HTML or PDF, by the name of the file; labels as a volume of 3D
    Slicer, NAME.nrrd. Measurements go beside a CSV or COCO file, into NAME.measurements.csv, where
    there are any. Of the results of a screening, all that was decided goes into one table, CSV or
    Parquet by the name of the file.
    """
    from lesion_viewer.screening.plan import is_screening

    if is_screening(session):
        if format is not None:
            raise typer.BadParameter("a screening leaves as a table of its decisions, no --format")
        from lesion_viewer.screening.decisions import export_decisions

        counted = export_decisions(session, output)
        print(output)
        say(f"{counted}. {NOT_A_DEVICE}")
        return
    format = format or Format.DEEPLESION
    from lesion_viewer.exchange.label_volumes.lesion_labels import export_labels
    from lesion_viewer.exchange.measurements.writing import export_beside, export_measurements
    from lesion_viewer.exchange.recorded_images import recorded_images
    from lesion_viewer.exchange.report.audit import export_report
    from lesion_viewer.exchange.reviews.coco_export import export_coco
    from lesion_viewer.exchange.reviews.readings_csv import export_readings
    from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
    from lesion_viewer.exchange.worklists.decided_slices import export_slices
    from lesion_viewer.review.session import Session

    if format in (*DICOM_FORMATS, Format.LABELS) and images is None:
        raise typer.BadParameter(f"{format} needs the study: give --images")
    review = Session.open_or_read(session, None, reader="")
    try:
        is_needed = images and format not in (*DICOM_FORMATS, Format.SLICES, Format.READINGS)
        pictures = recorded_images(review).among(images, say) if images and is_needed else None
        if format is Format.AUDIT:
            counted = export_report(review, output, pictures)
        elif format is Format.REPORT:
            counted = _export_summary(review, output, pictures, patient)
        elif format in DICOM_FORMATS:
            assert images is not None
            counted = _export_dicom(review, output, images, format, rejected, undecided)
        elif format is Format.LABELS:
            assert pictures is not None
            counted = export_labels(review, output, pictures)
        elif format is Format.MEASUREMENTS:
            counted = export_measurements(review, output, pictures)
        elif format is Format.SLICES:
            counted = export_slices(review, output)
        else:
            write = {
                Format.DEEPLESION: export_csv,
                Format.COCO: export_coco,
                Format.READINGS: export_readings,
            }[format]
            counted = write(review, output)
            if format is not Format.READINGS:
                counted += export_beside(review, output, pictures)
    finally:
        review.close()
    print(output)
    say(f"{counted}. {NOT_A_DEVICE}")


def _export_summary(
    review: "Session", output: Path, series_of: "SeriesOf | None", patient: str
) -> str:
    from lesion_viewer.exchange.report.report_content import report_content
    from lesion_viewer.exchange.report.report_files import save_report

    content = report_content(review, series_of).naming(patient)
    if output.suffix.lower() != ".pdf":
        return save_report(content, output)
    from lesion_viewer.ui.report.pdf import save_pdf_without_window

    return save_pdf_without_window(content, output)


def _export_dicom(
    review: "Session", output: Path, images: Path, format: Format, rejected: bool, undecided: bool
) -> str:
    if format is Format.SR:
        from lesion_viewer.exchange.dicom.report_writing import Chosen, export_report

        return export_report(review, output, images, Chosen(rejected, undecided), say)
    if format is Format.SEG:
        from lesion_viewer.exchange.dicom.segmentation_writing import export_segmentation

        return export_segmentation(review, output, images, say)
    if format is Format.RTSTRUCT:
        from lesion_viewer.exchange.dicom.structure_sets import export_structure_set

        return export_structure_set(review, output, images, say)
    from lesion_viewer.exchange.dicom.key_images import export_key_images

    return export_key_images(review, output, images, say)


@commands.command("insert")
def insert(
    study: Annotated[Path, typer.Argument(metavar="STUDY", help="A CT that shows a liver.")],
    output: Annotated[Path, typer.Option(metavar="DIR", help="A new folder for the copy.")],
    lesions: Annotated[int, typer.Option(min=1, metavar="N", help="How many.")] = 5,
    seed: Annotated[int, typer.Option(min=0, metavar="S", help="Decides the lesions.")] = 0,
) -> None:
    """Write a copy of a CT with synthetic liver lesions, and where they are, to test a reader."""
    from lesion_training.synthesis.insertion import insert as insert_lesions

    print(insert_lesions(study, lesions, seed, output))
    say(NOT_A_DEVICE)


@commands.command("anonymise")
def anonymise(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="CT images in DICOM.")],
    output: Annotated[Path, typer.Option(metavar="DIR", help="A new folder for the copy.")],
) -> None:
    """Write a copy of a DICOM folder without names, numbers, dates and free text."""
    from lesion_viewer.exchange.deidentification import deidentify as copy_anonymously

    done = copy_anonymously(folder, output)
    for line in done.left_out:
        say(f"left out: {line}")
    print(output)
    say(f"{done.files:,} files written; look at them before you pass them on")
