"""The operating system: files replaced whole, and child processes with limits.

From outside: ``atomic_files``, ``child_pool``, ``child_process``, ``child_server``.
"""
