"""Infusion Monitor: receive, record, judge, show and discharge IV ketamine infusions."""

__version__ = "0.1.0"
