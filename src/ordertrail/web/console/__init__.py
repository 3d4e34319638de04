"""The order management view: pages for the people who work with orders, which can be read without scripts.

They are made on the server, and call the same use cases as the API, through the session that a person signed in to.
"""
