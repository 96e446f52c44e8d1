"""NIfTI and Analyze files: header, axes and voxels.

From outside: ``axes``, ``header``, ``voxels``.
"""
