"""NIfTI, NRRD, MetaImage and folders of PNG slices become series.

From outside: ``image_paths``, ``itk_volumes``, ``label_images``, ``numbered_slices``,
``png_folder``.
"""
