"""What became of the lesions of an earlier study: pairs, growth, and RECIST's arithmetic.

From outside: ``growth``, ``identity``, ``lesion``, ``matching``, ``response``, ``statements``.
"""
