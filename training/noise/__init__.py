"""The noisy-label experiment: errors in phantoms' labels, found, corrected, learned from."""
