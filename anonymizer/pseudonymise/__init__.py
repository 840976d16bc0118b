"""Who is who, what they are called instead, and the transcript rewritten with it."""
