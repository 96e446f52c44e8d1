"""The voxels of a series: read in the order they are wanted, judged, told from others.

From outside: ``ct_volume``, ``hu_plausibility``, ``loading``, ``picture_identity``,
``slice_numbers``.
"""
