"""Types of lesions: the eight types of DeepLesion, or any other text."""

from collections.abc import Iterable

DEEPLESION_TYPES = {
    1: "bone",
    2: "abdomen",
    3: "mediastinum",
    4: "liver",
    5: "lung",
    6: "kidney",
    7: "soft tissue",
    8: "pelvis",
}
"""DeepLesion's ``Coarse_lesion_type`` to its name; -1 stands for unknown."""

UNKNOWN_NUMBER = "-1"
UNTYPED = "lesion"
"""Name of a lesion without a type."""

NO_TYPE = frozenset((UNKNOWN_NUMBER, "none", "unknown", UNTYPED))
MAX_CHARACTERS = 64
NUMBERS = {name: number for number, name in DEEPLESION_TYPES.items()}


def lesion_type_in(text: str) -> str:
    """A lesion type from free text: one line of at most 64 characters; empty for none.

    DeepLesion's types are recognised by name in any case, and by number: ``Liver`` and ``4`` are
    both ``liver``.

    Parameters
    ----------
    text : str
        Text from a person or a file.

    Returns
    -------
    str
        One of DeepLesion's names, or the text itself.
    """
    words = "".join(c if c.isprintable() else " " for c in text).split()
    plain = " ".join(words)[:MAX_CHARACTERS].rstrip()
    if plain.lower() in NO_TYPE:
        return ""
    if plain.isascii() and plain.isdigit() and len(plain) == 1 and int(plain) in DEEPLESION_TYPES:
        return DEEPLESION_TYPES[int(plain)]
    return plain.lower() if plain.lower() in NUMBERS else plain


def coarse_number(lesion_type: str) -> str | None:
    """DeepLesion's number of a lesion type; None where DeepLesion has no such type.

    Parameters
    ----------
    lesion_type : str
        The answer of ``lesion_type_in``.

    Returns
    -------
    str | None
        "1" to "8"; "-1" for an empty type.
    """
    if not lesion_type:
        return UNKNOWN_NUMBER
    return str(NUMBERS[lesion_type]) if lesion_type in NUMBERS else None


def choices(others: Iterable[str]) -> list[str]:
    """The types to choose from: DeepLesion's eight, then the others in alphabetical order.

    Parameters
    ----------
    others : Iterable[str]
        Types that are in use or were added; empty ones and DeepLesion's own are ignored.

    Returns
    -------
    list[str]
        Each type once.
    """
    own = {text for text in others if text and text not in NUMBERS}
    return [*NUMBERS, *sorted(own, key=lambda text: (text.casefold(), text))]
