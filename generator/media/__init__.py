"""Bytes of images: stored, decoded, re-encoded, described. Knows no rows."""
