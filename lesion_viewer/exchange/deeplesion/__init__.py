"""DeepLesion: its annotation file, its folders of slices, its organ codes and splits.

From outside: ``annotated_rows``, ``annotation_rows``, ``groups``, ``image_files``,
``measurement_columns``, ``slice_geometry``.
"""
