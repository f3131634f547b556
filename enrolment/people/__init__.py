"""One person as the staff meet them on the telephone: found by what is said, read on one screen, mended by buttons."""
