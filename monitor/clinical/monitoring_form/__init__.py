"""What a monitoring form asks of one session, computed from what was recorded."""
