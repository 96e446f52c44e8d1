"""Boxes of a file held against the size of their image: cut at its border, or outside of it."""

from lesion_viewer.detection.boxes import Box

SAME_PX = 0.01
"""Corners that differ less are the same; other tools round."""


def fitted(box: Box, shape: tuple[int, int]) -> Box | None:
    """The part of a box that lies on its image.

    Parameters
    ----------
    box : Box
        In 0-based pixel edges.
    shape : tuple[int, int]
        Rows and columns of the image.

    Returns
    -------
    Box | None
        None where no part does.
    """
    try:
        return box.clamped(*shape)
    except ValueError:
        return None


def is_cut(came: Box, fitted: Box) -> bool:
    """Whether a box was changed to lie on its image, by more than rounding.

    Parameters
    ----------
    came : Box
        As in the file.
    fitted : Box
        What lies on the image.
    """
    pairs = zip(came.as_tuple(), fitted.as_tuple(), strict=True)
    return any(abs(a - b) >= SAME_PX for a, b in pairs)


def outside_text(where: str, image: str, box: Box, shape: tuple[int, int]) -> str:
    """A sentence for a box that lies wholly outside of its image.

    Parameters
    ----------
    where : str
        What a message calls the box's row: ``line 12``, ``annotation 7``.
    image : str
        Name of its image.
    box : Box
        In 0-based pixel edges.
    shape : tuple[int, int]
        Rows and columns of the image.

    Returns
    -------
    str
        Without a full stop.
    """
    corners = ", ".join(f"{v:g}" for v in box.as_tuple())
    rows, columns = shape
    size = f"{columns} x {rows}"
    return f"{where}: the box {corners} lies outside of {image} ({size} pixels)"


def size_text(image: str, said: tuple[int, int], shape: tuple[int, int]) -> str:
    """A sentence for an image of another size than its annotations say.

    Parameters
    ----------
    image : str
        Its name.
    said : tuple[int, int]
        Rows and columns that the annotations give.
    shape : tuple[int, int]
        Rows and columns that it has.

    Returns
    -------
    str
        Without a full stop.
    """
    return (
        f"{image}: its boxes are of a picture of {said[1]} x {said[0]} pixels,"
        f" the image has {shape[1]} x {shape[0]}"
    )
