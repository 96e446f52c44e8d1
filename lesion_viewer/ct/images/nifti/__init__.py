"""What ITK does not tell of a NIfTI file: whether it is whole, its axes and its scaling.

From outside: ``axes``, ``header``, ``voxels``.
"""
