"""What templates may call; a template builtin, so no page loads it by name."""
