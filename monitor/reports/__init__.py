"""What leaves the house: a session's record in the forms others read."""
