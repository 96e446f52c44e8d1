"""Archives of a hospital: studies are searched, fetched and sent, by DIMSE or by DICOMweb.

From outside: ``addresses``, ``archive``, ``incoming``, ``receiver``.
"""
