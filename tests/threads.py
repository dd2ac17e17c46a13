"""Calls in parallel, each thread with a database connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

Argument = TypeVar("Argument")
Result = TypeVar("Result")


def in_threads(
    function: Callable[[Argument], Result], arguments: Iterable[Argument], threads: int = 8
) -> list[Result]:
    """Call the function with each argument, so many at once; return the results in order.

    For tests with `django_db(transaction=True)`: the threads see what is committed.
    """

    def call(argument: Argument) -> Result:
        try:
            return function(argument)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(call, arguments))
