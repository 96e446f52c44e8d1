"""NIfTI, NRRD, MetaImage and folders of PNG slices become series.

From outside: ``itk_volumes``, ``numbered_slices``, ``png_folder``.
"""
