"""A model's options from the plain types of a card or a recipe."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from lesion_viewer.errors import DetectionError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Options = TypeVar("Options", bound="DataclassInstance")


def options_from(kind: type[Options], architecture: str, entries: Mapping[str, Any]) -> Options:
    """Options of ``kind``; lists become tuples.

    Raises
    ------
    DetectionError
        For an unknown name, naming those that exist, or a value that cannot be used.
    """
    known = [f.name for f in fields(kind)]
    if unknown := sorted(set(entries) - set(known)):
        raise DetectionError(
            f"{architecture} has no option '{unknown[0]}'; known: {', '.join(known)}"
        )
    try:
        return kind(**{name: _as_tuples(value) for name, value in entries.items()})
    except (TypeError, ValueError, AttributeError) as error:
        raise DetectionError(f"an option of {architecture} has the wrong type: {error}") from error


def _as_tuples(value: Any) -> Any:
    return tuple(map(_as_tuples, value)) if isinstance(value, list | tuple) else value
