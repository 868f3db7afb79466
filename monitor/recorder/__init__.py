"""The spine: receive, act, tick, acknowledge. Law: judge, then record in one transaction, then tell, then answer."""
