"""Fully convolutional networks in a cascade: the liver, then the lesions in it, as masks.

From outside: ``loading``.
"""
