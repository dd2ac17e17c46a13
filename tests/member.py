"""A person who uses the studio over HTTP, without scripts: forms are filled in as they stand on
the page, and pages are read."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Self
from uuid import uuid4

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from tests.stack import Stack
from tests.waiting import until

PASSWORD = "correct horse battery staple"
CARD = re.compile(r'<article class="card\b.*?</article>', re.DOTALL)
IMAGE = re.compile(r'href="(/images/[0-9a-f-]{36}/)(?:\?[^"]*)?"')
FIELD = re.compile(r'<input type="hidden"[^>]*?\bname="(\w+)"[^>]*?\bvalue="([^"]*)"', re.DOTALL)
serial = count(1)
FIRST_NAMES = {"member": "mina", "viewer": "vera"}
# One hash of the password for all of them: each is most of a second's work.
ENLIST = """
import json
from django.contrib.auth.hashers import make_password
from django.test import Client
from generator.models import User

password = make_password({password!r})
owners = [
    User.objects.create(username=name, password=password, role={role!r}) for name in {names!r}
]
keys = []
for owner in owners:
    client = Client()
    client.force_login(owner)
    keys.append(client.cookies["gempix_session"].value)
print(json.dumps(keys))
"""
# As if each of them had pressed what another one has, so many times: rows of their own, files that
# share bytes.
COPY = """
import os
from django.db import transaction
from generator.media import storage
from generator.models import Image, User
from generator.models.ids import new_id
from generator.services import search

def copy(row, **changes):
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row

def link(job, image):
    name = storage.image_name(job.pk, image.index, image.mime)
    storage.path(name).parent.mkdir(parents=True, exist_ok=True)
    os.link(storage.path(image.file), storage.path(name))
    for width in image.thumbnail_widths:
        os.link(storage.thumbnail_path(image.file, width), storage.thumbnail_path(name, width))
    return name

for owner in owners * {times}:
    images = Image.objects.filter(owner__username={model!r}).select_related("job__batch")
    batches = {{}}
    for image in images.order_by("pk"):
        batch = batches.get(image.job.batch_id)
        with transaction.atomic():
            if not batch:
                key, batch = image.job.batch_id, image.job.batch
                batches[key] = copy(batch, pk=new_id(), owner=owner, form_token=new_id().hex)
                search.index_batch(batch, False)
            job = copy(image.job, pk=new_id(), batch=batch, task_id=None)
            copy(image, file=link(job, image), pk=new_id(), job=job, owner=owner)
            search.index(image)
"""


@dataclass(frozen=True)
class Card:
    """What a card of a page shows: its words, and the address of its image if it has one."""

    words: str
    live: bool
    image: str
    job: str

    @classmethod
    def read(cls, markup: str) -> Self:
        image = IMAGE.search(markup)
        job = re.search(r'id="job-([0-9a-f-]{36})"', markup)
        assert job, markup
        opening = markup[: markup.index(">", markup.index("data-version"))]
        return cls(words(markup), "data-live" in opening, image[1] if image else "", job[1])


def words(markup: str) -> str:
    """The text of some markup, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


class Member:
    """Somebody with an account; `log_in` first."""

    def __init__(self, stack: Stack, username: str) -> None:
        self.stack = stack
        self.username = username
        self.session = requests.Session()
        # A connection that the server closes in the moment it is used again: as a browser does.
        again = HTTPAdapter(max_retries=Retry(2, allowed_methods=["GET"]))
        self.session.mount(stack.url, again)

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.stack.url + path, timeout=30)

    def page(self, path: str) -> str:
        """A page that must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:500]}"
        assert not answer.history, f"{path} led to {answer.url}"
        return answer.text

    def send(self, page: str, action: str, **fields: object) -> requests.Response:
        """Fill in the form of this page, with its hidden fields, and send it."""
        hidden = dict(FIELD.findall(self.get(page).text))
        answer = self.session.post(self.stack.url + action, hidden | fields, timeout=30)
        assert answer.status_code < 500, answer.text[:2000]
        return answer

    # --- coming and going

    def set_up(self) -> Self:
        """Make the owner's account at the set-up link."""
        path = self.stack.setup_url().removeprefix(self.stack.url)
        self._arrives(
            self.send(path, path, username=self.username, password1=PASSWORD, password2=PASSWORD)
        )
        return self

    def log_in(self) -> Self:
        where = "/accounts/login/"

        def answered() -> requests.Response | None:
            # Many log-ins from one address within a minute are refused for a while.
            answer = self.send(where, where, login=self.username, password=PASSWORD)
            return None if answer.status_code == 429 else answer

        self._arrives(until(answered, "the log-in is answered", 90))
        return self

    def _arrives(self, answer: requests.Response) -> None:
        # A viewer arrives in the gallery.
        assert answer.url in (f"{self.stack.url}/", f"{self.stack.url}/gallery/"), answer.text

    def adds(self, name: str, role: str = "member") -> Member:
        """As the owner: make an account for somebody, whose name nobody has yet; logged in."""
        somebody = Member(self.stack, f"{name}{next(serial)}")
        answer = self.send(
            "/people/",
            "/people/",
            username=somebody.username,
            password1=PASSWORD,
            password2=PASSWORD,
            role=role,
        )
        assert f"{somebody.username} can now log in." in words(answer.text), answer.text
        return somebody.log_in()

    # --- making images

    def press(
        self, prompt: str, count: int = 1, image_urls: Sequence[str] = (), **more: str
    ) -> str:
        """Press Generate in the studio, with other fields of its box as well; gives the path of
        the batch."""
        fields = {"model": "google/gempix2", "count": count, "image_urls": list(image_urls)}
        answer = self.send("/", "/batches/", prompt=prompt, **fields | more)
        assert answer.url == f"{self.stack.url}/", answer.text
        found = re.search(r'id="batch-([0-9a-f-]{36})"', answer.text)
        assert found, answer.text
        return f"/batches/{found[1]}/"

    def cards(self, path: str) -> list[Card]:
        """The cards of a page."""
        return [Card.read(markup) for markup in CARD.findall(self.page(path))]

    def asked(self, prompt: str) -> int:
        """How many of the member's last batches were made with this prompt."""
        return words(self.page("/history/")).count(prompt)

    def ended(self, path: str) -> list[Card]:
        """The cards of a page, or nothing as long as one of them is live."""
        cards = self.cards(path)
        return [] if any(card.live for card in cards) else cards

    def waits_for(self, *paths: str, seconds: float = 60) -> list[Card]:
        """The cards of these pages once none is live any more."""
        return [
            card
            for path in paths
            for card in self.stack.until(
                partial(self.ended, path),
                f"{path} has come to its end",
                seconds,
                pause_seconds=0.25,
            )
        ]

    def image(self, card: Card) -> bytes:
        """The original of a card's image, by the way of the image's page."""
        assert card.image, card.words
        assert f"{card.image}file/" in self.page(card.image)
        answer = self.get(f"{card.image}file/")
        assert answer.status_code == 200
        return answer.content

    def gallery(self, whose: str = "") -> list[str]:
        """The images of the gallery's first page, by their addresses."""
        found = IMAGE.findall(self.page(f"/gallery/{whose}/" if whose else "/gallery/"))
        return list(dict.fromkeys(found))


class Teammate(Member):
    """A member whose presses go past the pages: for what a test needs beforehand."""

    def press(
        self, prompt: str, count: int = 1, image_urls: Sequence[str] = (), **more: str
    ) -> str:
        fields = {"prompt": prompt, "count": count, "image_urls": list(image_urls), **more}
        answer = self._post(fields, {"HX-Request": "true"})
        assert answer.status_code == 201, answer.text
        batch = re.search(r'id="batch-([0-9a-f-]{36})"', answer.text)
        assert batch, answer.text
        return f"/batches/{batch[1]}/"

    def press_unseen(self, prompt: str, count: int = 1, **more: str) -> None:
        """The same, and nothing is shown of what it has begun."""
        answer = self._post({"prompt": prompt, "count": count, **more}, {})
        assert answer.status_code == 302, answer.text

    def _post(self, fields: dict[str, object], headers: dict[str, str]) -> requests.Response:
        return self.session.post(
            f"{self.stack.url}/batches/",
            {"model": "google/gempix2", "form_token": uuid4().hex} | fields,
            headers={"X-CSRFToken": self.session.cookies["gempix_csrf"]} | headers,
            allow_redirects=False,
            timeout=30,
        )


class Team:
    """Members of a studio by the dozen, with accounts and sessions made past the forms: there each
    takes two seconds, and many log-ins from one address are refused for a while."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._waiting: dict[object, list[Teammate]] = {}

    def joined(self, role: str = "member") -> Teammate:
        """Return somebody new, logged in."""
        waiting = self._waiting.setdefault(role, [])
        if not waiting:
            waiting += self._enlist(24 if role == "member" else 6, role)
        return waiting.pop(0)

    def joined_with(self, presses: dict[str, int], times: int = 1) -> Teammate:
        """Return somebody new who has pressed for so many images of each prompt, in this order,
        and all of it so many times."""
        waiting = self._waiting.setdefault((*presses.items(), times), [])
        if not waiting:
            first = self.joined()
            for prompt, count in presses.items():
                first.waits_for(first.press(prompt, count))
            copy = COPY.format(model=first.username, times=times)
            waiting += self._enlist(12 if times == 1 else 1, "member", copy)
        return waiting.pop()

    def _enlist(self, count: int, role: str, more: str = "") -> list[Teammate]:
        names = [f"{FIRST_NAMES[role]}{next(serial):03}" for _ in range(count)]
        code = ENLIST.format(names=names, role=role, password=PASSWORD) + more
        (line,) = self.stack.manage("shell", "-c", code).splitlines()[-1:]
        members = [Teammate(self.stack, name) for name in names]
        for member, key in zip(members, json.loads(line), strict=True):
            member.session.cookies.set("gempix_session", key, domain="127.0.0.1")
            member.session.cookies.set("gempix_csrf", uuid4().hex, domain="127.0.0.1")
        return members
