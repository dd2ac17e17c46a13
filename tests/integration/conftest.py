"""Fixtures for tests over HTTP and through the worker."""

from __future__ import annotations

import pytest
from django.test import Client

from generator.models import Image, User
from generator.sandbox.server import Sandbox
from tests.typing import Generate, LogIn, Press, Work


@pytest.fixture
def client(member: User, login: LogIn) -> Client:
    """A client with the member logged in."""
    return login(member)


@pytest.fixture
def generate(sandbox: Sandbox, press: Press, work: Work) -> Generate:
    def press_and_wait(prompt: str = "a red fox") -> Image:
        batch = press(prompt)
        work(lambda: Image.objects.filter(job__batch=batch).exists())
        return Image.objects.get(job__batch=batch)

    return press_and_wait
