"""Reads: one module per page or noun, each in a constant number of queries.

Lists are paged by key, newest first: `cursor` is the id of the last row of the previous page.
"""
