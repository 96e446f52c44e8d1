"""DICOM: headers, pixels and stacks of slices become series; series are written.

From outside: ``beginning``, ``dicomdir``, ``elements``, ``header``, ``series``,
``transfer_syntaxes``, ``writing``.
"""
