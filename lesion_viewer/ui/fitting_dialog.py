"""Dialogs that are as high as their texts need, or as the screen has room for."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QLayout, QScrollArea, QWidget

SCREEN_SHARE = 0.9
SCROLL_BAR_PX = 16


class FittingDialog(QDialog):
    """A dialog whose wrapped texts are never cut, however large they are.

    Qt takes the height of a dialog from its texts as they are before they are wrapped.

    Parameters
    ----------
    parent : QWidget
        The window that the dialog belongs to.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._area: QScrollArea | None = None
        self._content: QLayout | None = None

    def scrolled(self, content: QLayout) -> QScrollArea:
        """The part of the dialog that is scrolled where the screen is too low for it.

        Parameters
        ----------
        content : QLayout
            What is scrolled; without margins of its own.

        Returns
        -------
        QScrollArea
            To be laid out in place of ``content``.
        """
        self._content, panel = content, QWidget()
        panel.setLayout(content)
        content.setContentsMargins(0, 0, 0, 0)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidgetResizable(True)
        self._area.setWidget(panel)
        self._area.setMinimumWidth(content.totalMinimumSize().width() + SCROLL_BAR_PX)
        return self._area

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802, D102
        self._fit()
        super().showEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802, D102
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Take the height that the texts need at the width that the dialog has."""
        layout, highest = self.layout(), int(self.screen().availableSize().height() * SCREEN_SHARE)
        if layout is None:
            return
        if self._area is not None and self._content is not None:
            around = layout.totalMinimumSize().height() - self._area.minimumHeight()
            needed = _height(self._content, self._area.viewport().width())
            self._area.setMinimumHeight(min(needed, highest - around))
        width = max(self.width(), layout.totalMinimumSize().width())
        self.setMinimumHeight(min(_height(layout, width), highest))


def _height(layout: QLayout, width: int) -> int:
    if layout.hasHeightForWidth():
        return layout.totalHeightForWidth(width)
    return layout.totalMinimumSize().height()
