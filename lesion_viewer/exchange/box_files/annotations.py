"""Boxes on images as other tools write them: a plain table, or COCO; before they are placed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.tables.decision_columns import DecidedRow

AnnotationId = int | str
SAID = ("status", "reason", "note", "reader", "decided_at", "model")
"""What our exports say of a box, in lower case; a column has a capital first."""
SHARES = 1.5
"""Coordinates that are all smaller than this are shares of the image, not pixels."""


@dataclass(frozen=True, slots=True)
class PlainRow:
    """One box of a file.

    Attributes
    ----------
    where : str
        What a message calls it: ``line 12``, ``annotation 7``.
    image : str
        Name of its image as the file spells it; empty where the file does not say.
    row : int | None
        0-based place among the labels of the file; None for one that a reader added.
    box : Box | None
        As it came, in 0-based pixel edges; None for a row without one.
    problem : str
        Why the box cannot be used; empty where it can, or where there is none.
    lesion_type : str
        As it came; one of ``DEEPLESION_TYPES``, free text, or empty where the file gives none.
    score : float | None
        A detector's; None where the file gives none.
    annotation_id : AnnotationId | None
        COCO's ``id``, or a table's; None where the file gives none.
    decided : DecidedRow | None
        What a reader said of it, where the file is one that we wrote.
    said : Mapping[str, str]
        Those of ``SAID`` that the file gives, as our exports do.
    finding_uid : str
        UID of the finding that the file gives for the box; empty where it gives none.
    """

    where: str
    image: str
    row: int | None
    box: Box | None
    problem: str = ""
    lesion_type: str = ""
    score: float | None = None
    annotation_id: AnnotationId | None = None
    decided: DecidedRow | None = None
    said: Mapping[str, str] = field(default_factory=dict)
    finding_uid: str = ""

    @property
    def is_added(self) -> bool:
        """Whether a reader of ours added it to the labels of the file."""
        return self.decided is not None and self.row is None

    @property
    def present(self) -> Box | None:
        """The box as it now stands; None where there is none, or a reader took it away."""
        return self.box if self.decided is None else self.decided.box

    @property
    def present_type(self) -> str:
        """The lesion type as it now stands; empty where there is none."""
        return self.lesion_type if self.decided is None else self.decided.lesion_type


@dataclass(frozen=True, slots=True)
class PlainFile:
    """A file of boxes.

    Attributes
    ----------
    images : Mapping[str, tuple[int, int] | None]
        Name of each image, with or without boxes -> its rows and columns, as the file says.
    came : Sequence[str]
        Names of the images that the file speaks of before any reader added a box elsewhere.
    rows : Sequence[PlainRow]
        In the order of the file.
    content : Sequence[bytes]
        The annotations as they came, before any reader decided: what an export begins with.
    problems : Sequence[str]
        What cannot be used and is no box, such as an image without a name.
    read_in_full : frozenset[str]
        Names of images that the file says hold no other lesion.
    notices : Sequence[str]
        How the file was understood where it could be understood in another way.
    categories : Sequence[str]
        Names of the lesion types that the file lists, used or not; COCO only.
    is_table : bool
        Whether it is a table, and not COCO.
    is_ours : bool
        Whether we exported it, and no other tool wrote it again: it names who decided.
    """

    images: Mapping[str, tuple[int, int] | None]
    came: Sequence[str]
    rows: Sequence[PlainRow]
    content: Sequence[bytes]
    problems: Sequence[str] = ()
    read_in_full: frozenset[str] = frozenset()
    notices: Sequence[str] = ()
    categories: Sequence[str] = ()
    is_table: bool = True
    is_ours: bool = False


def refuse_shares(path: object, boxes: Iterable[Box | None]) -> None:
    """Refuse boxes whose coordinates are shares of the image: they would all lie in one corner.

    Parameters
    ----------
    path : object
        The file, for what is said of it.
    boxes : Iterable[Box | None]
        All of the file's.

    Raises
    ------
    ExchangeError
        Where there are boxes, and none reaches over a pixel and a half.
    """
    found = [box for box in boxes if box is not None]
    if found and all(max(box.x2, box.y2) <= SHARES for box in found):
        raise ExchangeError(
            f"{path}: its coordinates are all between 0 and 1, shares of the image;"
            " boxes are wanted in pixels"
        )
