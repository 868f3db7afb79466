"""Bytes to messages to readings. Law: pure; nothing is guessed and nothing is dropped unsaid."""
