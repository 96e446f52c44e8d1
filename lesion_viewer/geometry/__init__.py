"""Where slices lie in the patient, how they are turned, and what is irregular about it.

From outside: ``series_geometry``, ``slice_plane``, ``stack``, ``turn``.
"""
