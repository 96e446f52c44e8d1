"""A report as PDF, with its text as text."""

import os
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF
from PySide6.QtGui import QFont, QGuiApplication, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from lesion_viewer.exchange.report.report_content import TITLE, ReportContent
from lesion_viewer.exchange.report.report_files import counted, report_html
from lesion_viewer.system.atomic_files import save_bytes

MARGIN_MM = 2
FONT_PT = 9


def save_pdf(content: ReportContent, path: Path) -> str:
    """Write a report as PDF.

    Parameters
    ----------
    content : ReportContent
        What it says.
    path : Path
        File to write.

    Returns
    -------
    str
        How many lesions it has, as a text.

    Raises
    ------
    ExchangeError
        Where the file cannot be written.
    """
    save_bytes(path, report_pdf(content))
    return counted(content)


def save_pdf_without_window(content: ReportContent, path: Path) -> str:
    """Write a report as PDF from a program that has no window, and needs no display.

    Parameters
    ----------
    content : ReportContent
        What it says.
    path : Path
        File to write.

    Returns
    -------
    str
        How many lesions it has, as a text.

    Raises
    ------
    ExchangeError
        Where the file cannot be written.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    program = QGuiApplication.instance() or QGuiApplication(["lesion-viewer"])
    try:
        return save_pdf(content, path)
    finally:
        del program


def report_document(content: ReportContent) -> QTextDocument:
    """A report as a document of Qt, on screen or on paper.

    Parameters
    ----------
    content : ReportContent
        What it says.

    Returns
    -------
    QTextDocument
        With its pictures.
    """
    document = QTextDocument()
    document.setDefaultFont(QFont("sans-serif", FONT_PT))
    document.setHtml(report_html(content))
    return document


def report_pdf(content: ReportContent) -> bytes:
    """A report as a PDF file of A4 pages.

    It needs a ``QGuiApplication``, which need not have a display; it can be made on any thread.

    Parameters
    ----------
    content : ReportContent
        What it says.

    Returns
    -------
    bytes
        The file.
    """
    stored = QByteArray()
    buffer = QBuffer(stored)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(TITLE)
    writer.setCreator(QGuiApplication.applicationName() or "Lesion Viewer")
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM),
            QPageLayout.Unit.Millimeter,
        )
    )
    report_document(content).print_(writer)
    del writer
    buffer.close()
    return bytes(stored.data())
