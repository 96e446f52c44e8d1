"""Series from NIfTI, Analyze, NRRD and MetaImage files and from folders of PNG slices.

From outside: ``image_paths``, ``itk_volumes``, ``label_images``, ``numbered_slices``,
``png_folder``.
"""
