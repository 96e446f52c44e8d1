"""The graphical interface, and the only package that imports Qt.

From outside: ``settings``, ``shell``.
"""
