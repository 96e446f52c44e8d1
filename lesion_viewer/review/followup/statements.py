"""What a reader said of lesions beside those of an earlier study."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Statements:
    """What was said of the lesions of two studies; what a reader did not speak of is matched.

    Attributes
    ----------
    pairs : dict[str, str]
        UID of a lesion of the prior -> UID of the one that it is now.
    gone : set[str]
        UIDs of lesions of the prior that are there no longer.
    new : set[str]
        UIDs of present lesions that were not there.
    targets : dict[str, bool]
        UID of a lesion of the prior -> whether its diameter is summed.
    """

    pairs: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    new: set[str] = field(default_factory=set)
    targets: dict[str, bool] = field(default_factory=dict)

    def pair(self, prior_id: str, finding_id: str) -> None:
        """Two lesions are one; what was said of either before no longer holds.

        Parameters
        ----------
        prior_id, finding_id : str
            UIDs in the prior and in the present study.
        """
        self.forget(prior_id, finding_id)
        self.pairs[prior_id] = finding_id

    def say_gone(self, prior_id: str) -> None:
        """A lesion of the prior is there no longer.

        Parameters
        ----------
        prior_id : str
            Its UID.
        """
        self.forget(prior_id, "")
        self.gone.add(prior_id)

    def say_new(self, finding_id: str) -> None:
        """A present lesion was not there in the prior.

        Parameters
        ----------
        finding_id : str
            Its UID.
        """
        self.forget("", finding_id)
        self.new.add(finding_id)

    def forget(self, prior_id: str, finding_id: str) -> None:
        """Nothing is said of what became of two lesions; whether one is a target stays.

        Parameters
        ----------
        prior_id, finding_id : str
            UIDs; empty for none.
        """
        self.pairs = {a: b for a, b in self.pairs.items() if a != prior_id and b != finding_id}
        self.gone.discard(prior_id)
        self.new.discard(finding_id)
