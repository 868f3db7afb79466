"""Measures what the product promises under load."""
