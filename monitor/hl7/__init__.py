"""Bytes to messages to readings. Law: pure; no clock, file or socket; nothing is guessed and nothing is dropped unsaid."""
