"""Guarded HTTP for any caller: a total deadline, a byte cap, and connections to public hosts only.

Imports nothing of ours.
"""
