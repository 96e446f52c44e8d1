"""NIfTI and Analyze: header, axes and voxels.

From outside: ``axes``, ``header``, ``voxels``.
"""
