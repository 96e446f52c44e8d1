"""The window: Qt, and nothing else is here; views show what the lower floors hold.

From outside: ``report``, ``settings``, ``shell``.
"""
