"""Scans in tar files with checksums, in a folder, on a server or in an object store.

From outside: ``reading``, ``writing``.
"""
