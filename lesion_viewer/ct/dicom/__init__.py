"""DICOM files: headers, pixels, series as stacks of slices, and writing of series.

From outside: ``beginning``, ``datasets``, ``dicomdir``, ``elements``, ``header``, ``series``,
``writing``.
"""
