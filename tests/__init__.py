"""Tests of the packages; helpers in here are imported as ``tests.ui.project_files``."""
