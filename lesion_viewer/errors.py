"""The errors of the program, whose messages are shown to the user."""

MAX_LINE = 600


class LesionViewerError(Exception):
    """An error with a message of one line for the user: what is wrong, where, and what to do."""

    def __str__(self) -> str:
        return one_line(super().__str__())


class GeometryError(LesionViewerError):
    """Positions in the patient are unknown, or those of two series cannot be compared."""


class CTError(LesionViewerError):
    """A path, file or slice cannot be read as CT."""


class DetectionError(LesionViewerError):
    """A checkpoint or a detector cannot be used."""


class ReviewError(LesionViewerError):
    """A review cannot be read or recorded."""


class ReviewNotWritable(ReviewError):
    """A review exists and can be read, but cannot be written now.

    Parameters
    ----------
    where : object
        File or folder, for the message.
    reason : str
        Why it cannot be written, as a clause.

    Attributes
    ----------
    reason : str
        Why it cannot be written, as a clause.
    """

    def __init__(self, where: object, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.reason = reason


class ExchangeError(LesionViewerError):
    """A file cannot be exported or imported."""


class TrainingError(LesionViewerError):
    """A recipe, a data set or a training run cannot be used."""


def one_line(text: str, limit: int = MAX_LINE) -> str:
    r"""A text as one line of printable characters; the middle of a long text is cut out.

    Names and texts come from files that anyone may have written. Line breaks, terminal control
    codes, characters that reverse the writing direction, and undecodable bytes become escapes such
    as ``\n``.

    Parameters
    ----------
    text : str
        Any text.
    limit : int
        Largest number of characters to keep.

    Returns
    -------
    str
        Printable text.
    """
    if not text.isprintable():
        text = "".join(c if c.isprintable() else _escape(c) for c in text)
    if len(text) <= limit:
        return text
    return f"{text[: limit // 2]} … {text[-limit // 2 :]}"


def _escape(character: str) -> str:
    """A character as Python's escape; an undecodable byte as its hexadecimal value."""
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
