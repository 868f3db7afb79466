"""How the schema came to be: one revision after the other, each only ever forwards.

Law: a revision that has been released is never edited; it names its columns itself and does not read schema.py.
"""
