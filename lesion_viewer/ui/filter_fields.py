"""Fields of which filters of lists are made."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QHBoxLayout, QLabel

from lesion_viewer.ui.texts import capitalised, tr

TEXT_MARGIN_PX = 5


def choice_of(texts: Mapping[Any, str]) -> QComboBox:
    """A field that takes one of some values.

    Parameters
    ----------
    texts : Mapping[Any, str]
        Value -> what is shown for it.

    Returns
    -------
    QComboBox
        Its data are the values.
    """
    box = QComboBox()
    for value, text in texts.items():
        box.addItem(capitalised(text), value)
    return box


def range_row(
    title: str, low: QAbstractSpinBox, high: QAbstractSpinBox, unit: str = ""
) -> QHBoxLayout:
    """Two numbers between which values are wanted, in one line.

    Parameters
    ----------
    title : str
        What is limited.
    low, high : QAbstractSpinBox
        The limits.
    unit : str
        Of both; empty for none.

    Returns
    -------
    QHBoxLayout
        With both.
    """
    row = QHBoxLayout()
    for spin in (low, high):
        # Qt ignores the style sheet's padding here.
        spin.lineEdit().setTextMargins(TEXT_MARGIN_PX, 0, 0, 0)
    label = QLabel(title)
    row.addWidget(label)
    row.addWidget(low, 1)
    row.addWidget(QLabel(tr("to"), alignment=Qt.AlignmentFlag.AlignCenter))
    row.addWidget(high, 1)
    if unit:
        row.addWidget(QLabel(unit))
    return row


def under(value: float, maximum: float) -> float | None:
    """A highest value; None where the field is at its end, and excludes nothing.

    Parameters
    ----------
    value : float
        Of the field.
    maximum : float
        Its end.

    Returns
    -------
    float | None
        The value under the end.
    """
    return None if value >= maximum else float(value)
