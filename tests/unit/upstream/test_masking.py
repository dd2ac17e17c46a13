"""Nothing secret and no image's bytes in a log line, however they get there."""

import base64
import io
import logging
import sys
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.outbound.masking import MaskingFilter, clean, mask
from generator.upstream import errors

KEY = "dk-9f8e7d6c5b4a"
IMAGE = base64.b64encode(bytes(range(256)) * 500).decode()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"key {KEY} used", "key dk-[masked] used"),
        (f"Authorization: Bearer {KEY}", "Authorization: Bearer [masked]"),
        ("authorization: bearer   abc.def", "authorization: bearer   [masked]"),
        ("Bearer%20abc", "Bearer%20[masked]"),
        (f'{{"key":"{KEY}"}}', '{"key":"dk-[masked]"}'),
        (f"b'\\n{KEY}\\n'", "b'\\ndk-[masked]\\n'"),
        ("DK-UPPER", "dk-[masked]"),
        (f"x data:image/png;base64,{IMAGE} y", "x data:image/png;base64,[128 kB] y"),
        ("data:image/jpeg;base64,/9j/4AAQ", "data:image/jpeg;base64,[6 B]"),
        ("data:;base64,AAAA", "data:;base64,[3 B]"),
        ("data:image/png;name=a;base64,AAAA'", "data:image/png;name=a;base64,[3 B]'"),
        ("data:image/svg+xml,%3Csvg%3E", "data:image/svg+xml,[9 B]"),
        (f"data:image/png;base64,{IMAGE[:76]}\n{IMAGE[:76]}\nend",
         "data:image/png;base64,[114 B]\nend"),
        ("POST /callbacks/0192-ab/s3cret_Token/ HTTP/1.1",
         "POST /callbacks/0192-ab/[masked]/ HTTP/1.1"),
        ("https://me.org/callbacks/j/tok?x=1", "https://me.org/callbacks/j/[masked]?x=1"),
        ("\\/callbacks\\/j\\/tok\\/", "\\/callbacks\\/j\\/[masked]\\/"),
        ("%2Fcallbacks%2Fj%2Ftok%2F", "%2Fcallbacks%2Fj%2F[masked]%2F"),
        ("nothing to hide, data: none, the bearer", "nothing to hide, data: none, the bearer"),
        ("", ""),
    ],
)  # fmt: skip
def test_secrets_are_masked_and_the_rest_stays(text: str, masked: str) -> None:
    assert mask(text) == masked
    assert mask(masked) == masked


@given(st.text(), st.from_regex(r"[A-Za-z0-9_-]{6,60}", fullmatch=True), st.text())
def test_a_key_never_survives(before: str, secret: str, after: str) -> None:
    marked = f"Q{secret}Q"
    for text in (f"{before}dk-{marked} {after}", f"{before}Bearer {marked} {after}",
                 f"{before}data:image/png;base64,{marked} {after}",
                 f"{before}/callbacks/job-1/{marked}/ {after}"):  # fmt: skip
        rest = mask(text).replace(before, "").replace(after, "")
        assert marked not in rest


PIECES = ["dk-", "Bearer ", "data:", "image/png", ";", "base64", ",", "/callbacks/", "a", "/",
          "%2f", "\n", " ", "\\n", "A" * 24, "=", "\x00", "é", "😀"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_masking_twice_is_masking_once(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@pytest.mark.parametrize(
    "piece",
    ["a", " ", "\n", "dk-", "dk", "Bearer ", "bearer", "Bearer" + " " * 50, "data:", "data:a/b;",
     "data:image/png;base64,", "data:a;b;c;", ";a", "/callbacks/", "/callbacks/a/", "%2f", "\\/",
     "data:image/png;base64,AAAA\n", "A" * 20 + "\n", "\\n", "=", "callbacks", "data:;;;;", "\x00"],
)  # fmt: skip
def test_a_megabyte_of_anything_takes_a_moment(piece: str) -> None:
    for prefix in ("", "data:image/png;base64,", "Bearer ", "/callbacks/"):
        text = prefix + piece * (1_000_000 // len(piece))
        started = time.process_time()
        mask(text)
        clean(text, 2_000)
        assert time.process_time() - started < 3  # quadratic time would be minutes


def test_five_megabytes_of_an_image_are_masked() -> None:
    assert mask("x data:image/png;base64," + "A" * 5_000_000) == (
        "x data:image/png;base64,[3750 kB]"
    )


def test_clean_text_can_be_stored() -> None:
    assert clean("a\x00b\r\n\tc\x7f\ud800\u202e", 100) == "ab\n\tc\ufffd"
    assert clean("x" * 50, 10) == "x" * 10


@given(st.text(st.characters(codec=None)), st.integers(0, 50))
def test_clean_text_is_short_and_can_be_encoded(text: str, limit: int) -> None:
    cleaned = clean(text, limit)
    cleaned.encode()
    assert len(cleaned) <= limit
    assert "\x00" not in cleaned


# Errors.

KINDS = [kind for kind in vars(errors).values()
         if isinstance(kind, type) and issubclass(kind, errors.UpstreamError)]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_an_errors_texts_are_masked_and_short(kind: type[errors.UpstreamError]) -> None:
    error = kind(f"got {KEY}\x00 " + "x" * 9_000, sentence=f"Sorry, {KEY} fails.")
    assert error.sentence == "Sorry, dk-[masked] fails."
    assert KEY not in error.detail + str(error) + repr(error)
    assert "\x00" not in error.detail
    assert len(error.detail) <= 2_000
    assert kind().sentence.endswith(".")
    assert isinstance(kind.delivered, errors.Delivered)


def test_nothing_that_may_have_arrived_is_repeated_but_an_answered_failure() -> None:
    for kind in KINDS:
        if kind.retry and kind.delivered is errors.Delivered.MAYBE:
            assert kind is errors.AnsweredFailed


# Logging.


@pytest.fixture
def logger() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(MaskingFilter())
    logger = logging.getLogger("test.masking")
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    yield logger, stream
    logger.removeHandler(handler)


def test_a_log_line_shows_no_secret(logger: tuple[logging.Logger, io.StringIO]) -> None:
    log, stream = logger
    log.info("key %s and %r", KEY, {"Authorization": f"Bearer {KEY}"})
    log.info("percent %(key)s", {"key": KEY})
    log.info(KEY)
    log.info(ValueError(KEY))
    log.info("100% of " + KEY)
    log.info("wrong number %s %s", KEY)
    log.info("stack", stack_info=True)
    try:
        raise ValueError(f"bad key {KEY}") from KeyError(f"data:image/png;base64,{IMAGE}")
    except ValueError:
        log.exception("failed with %s", KEY)
    written = stream.getvalue()
    assert KEY not in written
    assert IMAGE[:40] not in written
    assert "Traceback" in written
    assert "bad key dk-[masked]" in written
    assert "100% of dk-[masked]" in written
    assert "data:image/png;base64,[128 kB]" in written


def test_a_second_handler_finds_nothing_to_unmask() -> None:
    try:
        raise ValueError(KEY)
    except ValueError:
        record = logging.LogRecord("n", logging.INFO, "p", 1, "k %s", (KEY,), sys.exc_info())
    assert MaskingFilter().filter(record)
    assert MaskingFilter().filter(record)
    assert KEY not in str(vars(record))
    assert record.getMessage() == "k dk-[masked]"
    assert record.exc_text is not None
    assert record.exc_text.endswith("ValueError: dk-[masked]")
