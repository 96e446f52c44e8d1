"""The queue beside the picture: its reader, order, filters, items and progress."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer.review.worklist.orders import Order
from lesion_viewer.text import Text
from lesion_viewer.ui.action_button import call_by
from lesion_viewer.ui.labelling.queue.filters import QueueFilters
from lesion_viewer.ui.labelling.queue.list_view import QueueList, QueueRow
from lesion_viewer.ui.texts import tr

MIN_WIDTH_PX = 264
ORDERS: dict[str, Text] = {
    Order.DISAGREEMENT: Text("By disagreement"),
    Order.CLEANLAB: Text("By cleanlab"),
    Order.SCORE: Text("By score"),
    Order.SIZE: Text("By size"),
    Order.PATIENT: Text("By patient"),
    Order.RANDOM: Text("Random"),
    Order.FILE: Text("By file"),
}


class QueuePanel(QWidget):
    """The items of a project, in an order and under filters of choice.

    Parameters
    ----------
    describe : Callable[[int], QueueRow]
        Gives the row of an item's number.
    sign_in : QAction
        Asks for another reader.
    parent : QWidget | None
        Widget that holds it.

    Signals
    -------
    order_chosen : the reader picked an order in the box; its name
    """

    order_chosen = Signal(object)

    def __init__(
        self,
        describe: Callable[[int], QueueRow],
        sign_in: QAction,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.reader = QLabel()
        self.sign_in = QPushButton()
        call_by(self.sign_in, sign_in)
        self.order = QComboBox()
        self.order.setToolTip(tr("Order of the queue"))
        self.order.setAccessibleName(tr("Order of the queue"))
        self.offer_orders(Order)
        self.order.activated.connect(lambda _: self.order_chosen.emit(self.order.currentData()))
        self.filters = QueueFilters()
        self.filters.hide()
        self.filter_button = QPushButton(tr("Filters"))
        self.filter_button.setCheckable(True)
        self.filter_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.filter_button.toggled.connect(self.filters.setVisible)
        self.list = QueueList(describe)
        self.progress = QProgressBar(textVisible=False)
        self.progress.setAccessibleName(tr("Items that are done"))
        self.state = QLabel(wordWrap=True)
        self.state.setProperty("role", "muted")
        self._lay_out()

    def show_reader(self, name: str) -> None:
        """Show who is signed in.

        Parameters
        ----------
        name : str
            Name of the reader.
        """
        self.reader.setText(tr("Reader: {name}", name=name))

    def offer_orders(self, orders: Iterable[str]) -> None:
        """Offer these orders in the box.

        Parameters
        ----------
        orders : Iterable[str]
            Their names.
        """
        self.order.clear()
        for order in map(str, orders):
            self.order.addItem(tr(ORDERS.get(order, Text("By {group}", group=Text(order)))), order)

    def show_order(self, order: str) -> None:
        """Show the order of the queue, without emitting a signal.

        Parameters
        ----------
        order : str
            Order of the queue.
        """
        self.order.setCurrentIndex(self.order.findData(str(order)))

    def show_progress(self, done: int, total: int, text: str) -> None:
        """Show how much of the queue is decided.

        Parameters
        ----------
        done : int
            Items that are decided.
        total : int
            Items in the queue.
        text : str
            Text under the progress bar.
        """
        self.progress.setRange(0, max(total, 1))
        self.progress.setValue(done)
        self.state.setText(text)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.reader, 1)
        top.addWidget(self.sign_in)
        choice = QHBoxLayout()
        choice.addWidget(self.order, 1)
        choice.addWidget(self.filter_button)
        column = QVBoxLayout(self)
        column.addStrut(MIN_WIDTH_PX)
        column.setContentsMargins(8, 0, 4, 8)
        column.setSpacing(6)
        column.addLayout(top)
        column.addLayout(choice)
        column.addWidget(self.filters)
        column.addWidget(self.list, 1)
        column.addWidget(self.progress)
        column.addWidget(self.state)
