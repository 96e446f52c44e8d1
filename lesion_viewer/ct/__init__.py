"""CT in Hounsfield units: studies, series, slices and geometry, read from a path.

From outside: ``check``, ``dicom``, ``files``, ``geometry``, ``images``, ``labels``, ``phantom``,
``reading``, ``study``, ``values``, ``volume``.
"""
