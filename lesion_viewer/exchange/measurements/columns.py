"""The columns of a table of measurements."""

IDENTITY = (
    "Measurement_uid",
    "Finding_uid",
    "Series_uid",
    "Image",
    "Slice_index",
    "Instance_number",
    "Kind",
    "Shape",
)
"""What a measurement is; ``Shape`` in stored pixel edges from 0, as the journal has it."""
VALUES = (
    "Length_mm",
    "Short_mm",
    "Angle_deg",
    "Area_mm2",
    "Mean_HU",
    "SD_HU",
    "Min_HU",
    "Max_HU",
    "Pixels",
    "Volume_ml",
)
"""What it measures; empty where it does not measure that, or nobody knows."""
COLUMNS = (*IDENTITY, *VALUES)
AXES = "axes"
"""Kind of a finding's RECIST axes, which come back with the review's CSV."""
VOLUME = "volume_from_"
"""Kind of a finding's volume, followed by ``boxes``, ``mask`` (the reader's), ``detector`` (its
marks) or ``mixed``."""
LIVER = "liver_volume_from_detector"
"""Kind of the volume of what a detector marked as liver; ``_in_part`` follows where slices were
not searched, or the scan cuts the liver."""


def is_derived(kind: str) -> bool:
    """Whether rows of a kind follow from the review, so that reading takes none of them.

    Parameters
    ----------
    kind : str
        Of a row.
    """
    return kind == AXES or kind.startswith((VOLUME, LIVER))
