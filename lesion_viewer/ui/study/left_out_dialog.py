"""The list of files that are part of no series."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer.ct.study import LeftOut
from lesion_viewer.errors import one_line
from lesion_viewer.ui.texts import tr


class LeftOutDialog(QDialog):
    """The files that are part of no series, and why.

    Parameters
    ----------
    left_out : Iterable[LeftOut]
        The files with the reason for each.
    parent : QWidget
        The window that the dialog belongs to.
    """

    def __init__(self, left_out: Iterable[LeftOut], parent: QWidget) -> None:
        super().__init__(parent)
        left_out = tuple(left_out)
        self.setWindowTitle(tr("Files left out"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 380)
        text = QPlainTextEdit(
            "\n".join(one_line(f"{item.file} {item.reason}") for item in left_out)
        )
        text.setReadOnly(True)
        text.setAccessibleName(tr("Files left out"))
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(14)
        column.addWidget(QLabel(tr("Not part of any series: {n}", n=len(left_out))))
        column.addWidget(text)
        column.addWidget(close)


def left_out_text(files: int) -> str:
    """How many files were left out.

    Parameters
    ----------
    files : int
        At least one.

    Returns
    -------
    str
        One sentence.
    """
    return tr("1 file was left out.") if files == 1 else tr("{n} files were left out.", n=files)
