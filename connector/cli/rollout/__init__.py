"""Edited rules into force: shown, done, taken back."""
