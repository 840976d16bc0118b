"""De-identify Norwegian interview transcripts."""
