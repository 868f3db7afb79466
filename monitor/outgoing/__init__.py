"""What the clinic tells another system about a session that is over; off unless IT names a destination."""
