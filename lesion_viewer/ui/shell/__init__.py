"""The program and its window: actions, docks, dialogs, messages, the demonstration.

From outside: ``application``, ``demo``, ``display``.
"""
