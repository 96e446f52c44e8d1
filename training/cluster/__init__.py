"""Training and searches on a Ray cluster; the package ray comes with the extra ``cluster``.

From outside: ``fitting``, ``searching``.
"""
