"""A CT in Hounsfield units: from a path to studies, series, slices and voxels.

From outside: ``arriving``, ``check``, ``collecting``, ``dicom``, ``files``, ``images``, ``labels``,
``phantom``, ``planes``, ``reading``, ``registration``, ``series_reference``, ``study``, ``values``,
``volume``.
"""
