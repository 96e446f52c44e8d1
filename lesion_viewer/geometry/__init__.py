"""Where slices lie in the patient, how they are turned, and what is irregular about it.

From outside: ``stack``, ``turn``.
"""
