"""Infusion Monitor: receive, record, judge, show and discharge IV ketamine infusions. The house is drawn in README.md."""

__version__ = "0.1.0"
