"""A CT in Hounsfield units: from a path to studies, series, slices and their geometry.

From outside: ``check``, ``dicom``, ``files``, ``geometry``, ``images``, ``labels``, ``phantom``,
``reading``, ``study``, ``values``, ``volume``.
"""
