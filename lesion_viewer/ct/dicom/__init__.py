"""DICOM: headers, pixels and stacks of slices become series; series are written.

From outside: ``beginning``, ``datasets``, ``dicomdir``, ``elements``, ``header``,
``holding``, ``series``, ``writing``.
"""
