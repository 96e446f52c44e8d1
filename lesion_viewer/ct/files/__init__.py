"""The files under an opened path, in folders and zip archives, read within limits.

From outside: ``inflation``, ``opened_files``, ``references``, ``zip_archive``.
"""
