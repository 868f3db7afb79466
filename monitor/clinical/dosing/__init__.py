"""Dose arithmetic: orders, what was given, guard rails."""
