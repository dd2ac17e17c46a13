"""Guarded HTTP for any caller: a total deadline, a byte cap, and connections to public hosts only.

    exchange   one request and its answer, within limits    deadline  time and bytes of one call
    transport  connections that check where they lead       urlguard  which addresses may be opened
    masking    texts without secrets                        errors    what ends a request early

Imports nothing of ours; the only package that imports urllib3. An IP address is checked when the
socket connects to it, so a name that resolves differently the second time cannot get around the
check.
"""
