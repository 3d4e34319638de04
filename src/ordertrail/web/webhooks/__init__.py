"""Webhooks: what happened to orders, sent to programs elsewhere; at least once, and in order for each order."""
