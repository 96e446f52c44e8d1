"""The voxels of a series: loading, plausibility as HU, and identity.

From outside: ``ct_volume``, ``hu_plausibility``, ``loading``, ``picture_identity``,
``slice_numbers``.
"""
