"""Everything an attacker tries, over real sockets, against a running server of ours. See target.py for the law."""
