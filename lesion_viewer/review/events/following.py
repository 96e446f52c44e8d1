"""What a reader says of the lesions of an earlier study, beside those of the study on show.

The earlier study's own review is not changed: what was said is kept with the study on show.
"""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from lesion_viewer.review.events.event import Gesture, Payload
from lesion_viewer.review.events.slices import Slices
from lesion_viewer.review.followup.statements import Statements
from lesion_viewer.text import Text


@dataclass(frozen=True, slots=True)
class Following(Gesture):
    """A gesture on lesions of two studies; the base of those kinds.

    Attributes
    ----------
    prior_key : str
        Key of the earlier study.
    """

    prior_key: str

    @abstractmethod
    def state(self, statements: Statements) -> None:
        """Enter what was said.

        Parameters
        ----------
        statements : Statements
            What was said of the same two studies before.
        """


@dataclass(frozen=True, slots=True)
class LesionsPaired(Following):
    """Two lesions are one.

    Attributes
    ----------
    prior_id, finding_id : str
        UIDs in the earlier study and in the one on show.
    """

    kind: ClassVar[str] = "lesions_paired"
    text: ClassVar[str] = Text("pair lesions")
    prior_id: str
    finding_id: str

    def state(self, statements: Statements) -> None:  # noqa: D102
        statements.pair(self.prior_id, self.finding_id)

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        return {"study": self.prior_key, "prior": self.prior_id, "finding": self.finding_id}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        return cls(str(payload["study"]), str(payload["prior"]), str(payload["finding"]))


@dataclass(frozen=True, slots=True)
class PairingForgotten(Following):
    """Nothing is said of two lesions any longer: they are matched by their places.

    Attributes
    ----------
    prior_id, finding_id : str
        UIDs in the earlier study and in the one on show; empty for none.
    """

    kind: ClassVar[str] = "pairing_forgotten"
    text: ClassVar[str] = Text("match by place")
    prior_id: str
    finding_id: str

    def state(self, statements: Statements) -> None:  # noqa: D102
        statements.forget(self.prior_id, self.finding_id)

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        return {"study": self.prior_key, "prior": self.prior_id, "finding": self.finding_id}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        return cls(str(payload["study"]), str(payload["prior"]), str(payload["finding"]))


@dataclass(frozen=True, slots=True)
class LesionGone(Following):
    """A lesion of the earlier study is there no longer.

    Attributes
    ----------
    prior_id : str
        Its UID.
    """

    kind: ClassVar[str] = "lesion_gone"
    text: ClassVar[str] = Text("mark lesion as gone")
    prior_id: str

    def state(self, statements: Statements) -> None:  # noqa: D102
        statements.say_gone(self.prior_id)

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        return {"study": self.prior_key, "prior": self.prior_id}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        return cls(str(payload["study"]), str(payload["prior"]))


@dataclass(frozen=True, slots=True)
class LesionNew(Following):
    """A lesion of the study on show was not there in the earlier one.

    Attributes
    ----------
    finding_id : str
        Its UID.
    """

    kind: ClassVar[str] = "lesion_new"
    text: ClassVar[str] = Text("mark lesion as new")
    finding_id: str

    def state(self, statements: Statements) -> None:  # noqa: D102
        statements.say_new(self.finding_id)

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        return {"study": self.prior_key, "finding": self.finding_id}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        return cls(str(payload["study"]), str(payload["finding"]))


@dataclass(frozen=True, slots=True)
class TargetChosen(Following):
    """The diameter of a lesion of the earlier study is summed, or is not.

    Attributes
    ----------
    prior_id : str
        Its UID.
    is_target : bool
        Whether it is summed.
    """

    kind: ClassVar[str] = "target_chosen"
    text: ClassVar[str] = Text("choose target lesion")
    prior_id: str
    is_target: bool

    def state(self, statements: Statements) -> None:  # noqa: D102
        statements.targets[self.prior_id] = self.is_target

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        return {"study": self.prior_key, "prior": self.prior_id, "is_target": self.is_target}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        return cls(str(payload["study"]), str(payload["prior"]), bool(payload["is_target"]))
