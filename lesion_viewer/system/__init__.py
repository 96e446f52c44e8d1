"""The operating system: files replaced whole, child processes with limits, the user's folder.

From outside: ``atomic_files``, ``child_pool``, ``child_process``, ``child_server``, ``file_lock``,
``garbage``, ``home_folder``.
"""
