"""The program's errors: sentences for the person in front of the screen."""

MAX_LINE = 600


class LesionViewerError(Exception):
    """What went wrong, where, and what to do, in one line that any screen can print."""

    def __str__(self) -> str:
        return one_line(super().__str__())


class CTError(LesionViewerError):
    """A path, file or slice that cannot be read as CT."""


class DetectionError(LesionViewerError):
    """A checkpoint or a detector that cannot be used."""


class ReviewError(LesionViewerError):
    """A journal or a gesture that cannot be recorded."""


class ReviewNotWritable(ReviewError):
    """A journal that is there and can be read, but not written now; its reason is a clause."""

    def __init__(self, where: object, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.reason = reason


class ExchangeError(LesionViewerError):
    """A file that cannot be exported or imported."""


class TrainingError(LesionViewerError):
    """A recipe, a data set or a run that cannot go on."""


def one_line(text: str, limit: int = MAX_LINE) -> str:
    r"""The text in one line of characters that can be seen, cut in its middle over ``limit``.

    Names and texts come from files that anybody may have written: line breaks, what steers a
    terminal or turns the direction of writing, and bytes of no encoding become escapes (``\n``).
    """
    if not text.isprintable():
        text = "".join(c if c.isprintable() else _escape(c) for c in text)
    if len(text) <= limit:
        return text
    return f"{text[: limit // 2]} … {text[-limit // 2 :]}"


def _escape(character: str) -> str:
    """A character as Python writes it; a byte that no encoding knows as that byte."""
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
