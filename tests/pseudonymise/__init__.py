"""Pseudonymising: who is called what, and the transcript rewritten."""
