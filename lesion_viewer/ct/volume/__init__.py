"""The voxels of a series, and the threads that read them in the order they are wanted.

From outside: ``ct_volume``, ``loading``, ``picture_identity``, ``slice_numbers``.
"""
