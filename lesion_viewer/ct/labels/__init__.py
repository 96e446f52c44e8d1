"""Label volumes and DICOM segmentations on the grid of a CT.

From outside: ``label_volume``, ``segmentation``, ``segmentation_placing``.
"""
