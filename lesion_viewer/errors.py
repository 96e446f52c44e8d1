"""The program's errors: sentences for the person in front of the screen."""


class LesionViewerError(Exception):
    """What went wrong, where, and what to do, in one line."""


class CTError(LesionViewerError):
    """A path, file or slice that cannot be read as CT."""


class DetectionError(LesionViewerError):
    """A checkpoint or a detector that cannot be used."""


class ReviewError(LesionViewerError):
    """A journal or a gesture that cannot be recorded."""


class ExchangeError(LesionViewerError):
    """A file that cannot be exported or imported."""


class TrainingError(LesionViewerError):
    """A recipe, a data set or a run that cannot go on."""
