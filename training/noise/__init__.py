"""The noisy-label experiment: errors in phantoms' labels are planted, found and corrected."""
