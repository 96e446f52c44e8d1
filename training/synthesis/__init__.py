"""CT painted from label volumes of real anatomy: endless labelled slices without an image."""
