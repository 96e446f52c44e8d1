"""What kind of lesion a finding is: DeepLesion's eight types, or any other text."""

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
"""DeepLesion's ``Coarse_lesion_type`` -> its name; -1 there is unknown."""

UNKNOWN_NUMBER = "-1"
UNTYPED = "lesion"
"""What a lesion is called that has no type."""

NO_TYPE = frozenset((UNKNOWN_NUMBER, "none", "unknown", UNTYPED))
MAX_CHARACTERS = 64
NUMBERS = {name: number for number, name in DEEPLESION_TYPES.items()}


def lesion_type_in(text: str) -> str:
    """A lesion type from free text: one line of at most 64 characters; empty for none.

    One of DeepLesion's types is told by its name, whatever its case, and by its number: ``Liver``
    and ``4`` are both ``liver``.

    Parameters
    ----------
    text : str
        As a person or a file wrote it.
    """
    words = "".join(c if c.isprintable() else " " for c in text).split()
    plain = " ".join(words)[:MAX_CHARACTERS].rstrip()
    if plain.lower() in NO_TYPE:
        return ""
    if plain.isascii() and plain.isdigit() and len(plain) == 1 and int(plain) in DEEPLESION_TYPES:
        return DEEPLESION_TYPES[int(plain)]
    return plain.lower() if plain.lower() in NUMBERS else plain


def coarse_number(lesion_type: str) -> str | None:
    """DeepLesion's number of a lesion type, -1 for none; None where DeepLesion has no such type.

    Parameters
    ----------
    lesion_type : str
        As ``lesion_type_in`` gives it.
    """
    if not lesion_type:
        return UNKNOWN_NUMBER
    return str(NUMBERS[lesion_type]) if lesion_type in NUMBERS else None


def choices(others: Iterable[str]) -> list[str]:
    """The types to choose from: DeepLesion's eight, then the others by the alphabet.

    Parameters
    ----------
    others : Iterable[str]
        Types that are used or were added; empty ones and DeepLesion's own may be among them.
    """
    own = {text for text in others if text and text not in NUMBERS}
    return [*NUMBERS, *sorted(own, key=lambda text: (text.casefold(), text))]
