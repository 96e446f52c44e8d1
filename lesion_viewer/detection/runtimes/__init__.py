"""What runs a network, each runtime behind the same interface.

From outside: ``choice``, ``cpu_threads``, ``network``, ``ways``.
"""
