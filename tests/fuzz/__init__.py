"""Requests that no browser sends, to every route, as everybody."""
