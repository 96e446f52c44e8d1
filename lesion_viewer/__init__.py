"""Lesion Viewer: review of CT lesion candidates and correction of lesion labels."""

from lesion_viewer.text import Text

__version__ = "0.1.0"

NOT_A_DEVICE = Text("For research. Not a medical device; not for diagnosis.")
"""Said at the first start, with every export and in every detector's card."""
