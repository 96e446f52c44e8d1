"""Where slices lie in the patient, how they are turned, and what is irregular about it.

From outside: ``alignment``, ``between_slices``, ``box_extents``, ``reach``, ``sections``,
``series_geometry``, ``shared_frame``, ``slice_plane``, ``stack``, ``stack_positions``, ``turn``.
"""
