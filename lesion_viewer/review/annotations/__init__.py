"""What marks a place on a slice beside a finding's boxes and RECIST axes.

From outside: ``annotation``, ``shape``, ``shapes``.
"""
