"""What readers decide: findings, the journal of their events, labelling, agreement.

From outside: ``finding``, ``journal``, ``label_import``, ``labelling``, ``on_screen``,
``readers``, ``recist``, ``series_record``, ``session``, ``snapping``, ``study_reviews``,
``uids``, ``user_folders``.
"""
