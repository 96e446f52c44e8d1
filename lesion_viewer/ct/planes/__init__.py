"""Pictures of planes through a volume: any direction, any stack, one layer or a slab.

From outside: ``grids``, ``picture``, ``reslicing``, ``slabs``, ``slice_slabs``.
"""
