"""Files in and out of the window: export, import, and the preview of an import.

From outside: ``controller``.
"""
