"""Which key calls which action, and the editor in which the reader changes that.

From outside: ``binding``, ``editor``.
"""
