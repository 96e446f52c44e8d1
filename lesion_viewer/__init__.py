"""Lesion Viewer: review of CT lesion candidates and correction of lesion labels."""

__version__ = "0.1.0"
