"""What a review says for people: the report of its lesions, and the audit report.

From outside: ``audit``, ``comparison``, ``report_content``, ``report_files``, ``reported_lesions``.
"""
