"""Text as people write it: letters that mean the same, whole words, and forms of one job title."""
