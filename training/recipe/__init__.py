"""A recipe: all that decides a run, read from a TOML file into frozen values.

From outside: ``deeplesion_data``, ``fit_options``, ``labelled_data``, ``recipe``, ``scan_data``,
``shard_data``, ``synthesis_data``.
"""
