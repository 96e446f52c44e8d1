"""Which shards to learn from: the ``[data]`` part of a recipe of that kind."""

from dataclasses import dataclass

from lesion_viewer.errors import TrainingError


@dataclass(frozen=True, slots=True)
class ShardData:
    """Which shards a recipe learns from, as ``lesion-training shards`` writes them.

    Attributes
    ----------
    url : str
        Their folder: a path, or a URL of a server or an object store.
    window : int
        Shards whose slices are shuffled together, so that learning begins once that many are here;
        0 shuffles all slices, as the source's own are.

    Raises
    ------
    TrainingError
        Where the URL is empty or the window is less than 0.
    """

    url: str
    window: int = 0

    def __post_init__(self) -> None:
        if not self.url:
            raise TrainingError("url in data names the shards' folder")
        if self.window < 0:
            raise TrainingError(f"window in data is 0 or more, not {self.window}")
