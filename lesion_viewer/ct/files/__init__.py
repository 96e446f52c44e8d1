"""The files under an opened path, in folders or zip archives, read within size limits.

From outside: ``inflation``, ``opened_files``, ``references``, ``zip_archive``.
"""
