"""A clinic of three years, made for measuring: see `__main__.py`."""
