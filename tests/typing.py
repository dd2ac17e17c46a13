"""The types of the fixtures that are functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from django.test import Client

from generator.models import Batch, Image, Role, Upload, User


class MakeUser(Protocol):
    """Create an account with the password of all test accounts."""

    def __call__(self, username: str, role: Role = Role.MEMBER) -> User: ...


class LogIn(Protocol):
    """Return a client with this user logged in."""

    def __call__(self, user: User) -> Client: ...


class Press(Protocol):
    """Press Generate, past the form; by the member and with a new token unless told otherwise."""

    def __call__(
        self,
        prompt: str = "a red fox",
        count: int = 1,
        *,
        owner: User | None = None,
        image_urls: Sequence[str | Upload | Image] = (),
        form_token: str = "",
    ) -> Batch: ...


class Work(Protocol):
    """Run sweeps until the condition holds; fail when it does not within the bound."""

    def __call__(self, condition: Callable[[], bool], seconds: float = 60) -> None: ...


class Generate(Protocol):
    """Press Generate and return the image that the sandbox drew for it, with its files."""

    def __call__(self, prompt: str = "a red fox") -> Image: ...
