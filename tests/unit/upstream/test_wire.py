"""The vendor's data in every shape that was documented or seen, and in none of them."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.upstream.callback import BadCallback, CallbackHint, parse_callback
from generator.upstream.errors import BadAnswer, Delivered, InvalidSubmission
from generator.upstream.json_safe import load_json
from generator.upstream.responses import retry_after_seconds
from generator.upstream.wire import (
    Account,
    Phase,
    Submission,
    TaskState,
    accepted_task_id,
    parse_account,
    parse_envelope,
    parse_task,
    read_credits,
)

URL = "https://google.datas.systems/fileSystem/a.png"
DATA = "data:image/png;base64,iVBORw0KGgo="


def test_the_documented_answer_is_read_whole() -> None:
    raw = (
        b'{"code":0,"message":"ok","data":{"task_id":"ta0f","status":"success","result":[{"image":"'
        + URL.encode()
        + b'"}],"consumed":"0.500000","status_reason":{"message":null},'
        b'"created_at":"2025-11-03T10:15:02Z"}}'
    )
    assert parse_task(parse_envelope(load_json(raw)).data, "ta0f") == TaskState(
        "ta0f", "success", Phase.SUCCESS, (URL,), "", Decimal("0.500000"), ""
    )


@pytest.mark.parametrize(
    ("word", "phase"),
    [("pending", Phase.PENDING), ("submitted", Phase.SUBMITTED), ("success", Phase.SUCCESS),
     ("in_progress", Phase.IN_PROGRESS), ("failed", Phase.FAILED), ("completed", Phase.SUCCESS),
     ("succeeded", Phase.SUCCESS), ("error", Phase.FAILED), ("SUCCESS", Phase.SUCCESS),
     (" Failed ", Phase.FAILED), ("unknown", Phase.UNKNOWN), ("queued", Phase.UNKNOWN),
     ("", Phase.UNKNOWN), (None, Phase.UNKNOWN), (7, Phase.UNKNOWN), ([], Phase.UNKNOWN)],
)  # fmt: skip
def test_every_status_word_has_a_phase(word: object, phase: Phase) -> None:
    assert parse_task({"status": word}).phase is phase


@pytest.mark.parametrize(
    ("result", "images", "words"),
    [
        ([{"image": URL}], (URL,), ""),
        ([{"image": DATA}], (DATA,), ""),
        ({"image": URL}, (URL,), ""),
        ({"big_image_url": URL}, (URL,), ""),
        ([{"big_image_url": URL}, {"image": DATA}], (URL, DATA), ""),
        ([{"image": URL}, {"image": URL}, {"big_image_url": URL}], (URL,), ""),
        ([{"image": f" {URL}\n"}], (URL,), ""),
        ([URL, "No can do"], (URL,), "No can do"),
        (URL, (URL,), ""),
        ([{"text": "I cannot draw that."}], (), "I cannot draw that."),
        ([{"text": "One"}, {"image": URL, "text": "Two"}, {"text": "One"}], (URL,), "One\nTwo"),
        (None, (), ""),
        ([], (), ""),
        ({}, (), ""),
        ([None, 1, True, [], {}, {"image": None}, {"image": 3}, {"image": []}], (), ""),
        ([{"image": "javascript:alert(1)"}, {"image": "file:///x"}, {"image": ""}], (), ""),
        ([{"image": "http://"}, {"image": "http://a b"}, {"image": "http://a\x00b"}], (), ""),
        ([{"image": "https://e.org/" + "a" * 9_000}], (), ""),
        ([{"image": f"https://e.org/{n}"} for n in range(999)],
         tuple(f"https://e.org/{n}" for n in range(32)), ""),
        (7, (), ""),
        ([{"text": "a\x00b\x1b[31m"}], (), "ab[31m"),
    ],
)  # fmt: skip
def test_every_result_shape_gives_its_images_and_words(
    result: object, images: tuple[str, ...], words: str
) -> None:
    state = parse_task({"status": "success", "result": result}, "t-1")
    assert (state.images, state.words) == (images, words)


def test_a_missing_result_is_a_success_without_an_image() -> None:
    state = parse_task({"status": "success", "consumed": "0.5"}, "t-1")
    assert (state.phase, state.images, state.consumed) == (Phase.SUCCESS, (), Decimal("0.5"))


@pytest.mark.parametrize(
    ("value", "credits"),
    [("0.500000", Decimal("0.5")), (0.5, Decimal("0.5")), (1, Decimal(1)), ("0", Decimal(0)),
     (Decimal("0.30000000000000004"), Decimal("0.3")), ("1e-3", Decimal("0.001")),
     (" 2.5 ", Decimal("2.5")), ("-0", Decimal(0)), ("999999.999999", Decimal("999999.999999")),
     (None, None), ("", None), ("free", None), ("NaN", None), (float("nan"), None),
     (float("inf"), None), (Decimal("NaN"), None), (Decimal("sNaN"), None), ("Infinity", None),
     ("-0.5", None), (-1, None), (True, None), ([], None), ({}, None), ("1_000", None),
     ("1000000", None), ("1e99", None), ("\u0663", None), ("0x1", None),
     (Decimal("1E+999999"), None), ("0." + "1" * 60, None), ("1,5", None)],
)  # fmt: skip
def test_credits_are_a_number_or_unknown(value: object, credits: Decimal | None) -> None:
    assert read_credits(value) == credits


def test_an_integer_of_thousands_of_digits_is_unknown() -> None:
    assert read_credits(10**5000) is None


def test_a_read_cost_has_the_vendors_six_decimals_and_no_sign() -> None:
    assert str(read_credits("1.5")) == "1.500000"
    assert str(read_credits("-0.0")) == "0.000000"


@pytest.mark.parametrize(
    ("reason", "text"),
    [({"message": None}, ""), (None, ""), ({}, ""), ([], ""), (3, ""),
     ({"message": "blocked by policy"}, "blocked by policy"), ("plain", "plain"),
     ({"message": "a\x00\x07b\r\nc"}, "ab\nc"), ({"message": "x" * 9_000}, "x" * 2_000),
     ({"message": {"deep": 1}}, ""), ([{"msg": "one"}, "two"], "one; two"),
     ({"message": "\ud83d"}, "\ufffd"), ({"message": "\u202egnp.x"}, "gnp.x")],
)  # fmt: skip
def test_every_reason_becomes_text_that_a_column_takes(reason: object, text: str) -> None:
    assert parse_task({"status": "failed", "status_reason": reason}).reason == text


@pytest.mark.parametrize("data", [None, [], "t", 1, True])
def test_a_task_that_is_no_object_is_a_bad_answer(data: object) -> None:
    with pytest.raises(BadAnswer):
        parse_task(data)


@pytest.mark.parametrize("task_id", ["t-2", 1, [], {"a": 1}, True, "t-1 ", "t\x00"])
def test_an_answer_about_another_task_is_a_bad_answer(task_id: object) -> None:
    with pytest.raises(BadAnswer):
        parse_task({"task_id": task_id, "status": "success"}, "t-1")


@pytest.mark.parametrize("task_id", [None, "", "t-1"])
def test_a_missing_id_is_the_one_asked_after(task_id: object) -> None:
    assert parse_task({"task_id": task_id}, "t-1").task_id == "t-1"
    assert parse_task({}, "t-1").task_id == "t-1"


def test_without_an_id_asked_after_the_tasks_own_counts() -> None:
    assert parse_task({"task_id": "t-9"}).task_id == "t-9"
    for data in ({"task_id": 7}, {"task_id": "t\x00"}, {"task_id": "t" * 256}):
        with pytest.raises(BadAnswer):
            parse_task(data)


def test_an_envelope_with_a_task_in_it_refuses_nothing() -> None:
    assert parse_envelope({"code": 1}).refuses
    assert parse_envelope({"code": 1, "data": {"task_id": None}}).refuses
    assert not parse_envelope({"code": 1, "data": {"task_id": 7}}).refuses
    assert not parse_envelope({"code": 0}).refuses
    assert not parse_envelope({}).refuses


@pytest.mark.parametrize(
    ("raw", "code", "words"),
    [('{"code":1,"message":"failed","detail":"prompt is required"}', 1, "prompt is required"),
     ('{"code":401,"message":"Invalid API key"}', 401, "Invalid API key"),
     ('{"code":"0"}', 0, ""), ('{"code":0.0}', 0, ""), ('{"code":true}', None, ""),
     ('{"code":null}', None, ""), ('{"code":"zero"}', None, ""), ('{"code":1e999999}', None, ""),
     ('{"code":0.5}', None, ""), ("{}", None, ""),
     ('{"detail":[{"msg":"a"},{"msg":"b"}],"message":"c"}', None, "a; b"),
     ('{"detail":{"message":"a"}}', None, "a"), ('{"detail":null,"message":"c"}', None, "c")],
)  # fmt: skip
def test_an_envelope_is_read(raw: str, code: int | None, words: str) -> None:
    envelope = parse_envelope(load_json(raw.encode()))
    assert (envelope.code, envelope.words) == (code, words)


@pytest.mark.parametrize("status", [100, 199, 300, 400, 500])
def test_an_id_counts_only_with_a_2xx(status: int) -> None:
    envelope = parse_envelope({"code": 0, "data": {"task_id": "t"}})
    assert accepted_task_id(status, envelope) is None
    assert accepted_task_id(200, envelope) == "t"
    assert accepted_task_id(299, envelope) == "t"


@pytest.mark.parametrize(
    ("data", "credit"),
    [({"credit": 3}, Decimal(3)), ({"credit": "1234567.5"}, Decimal("1234567.5")),
     ({"credit": -1}, Decimal(-1)), ({"credit": "x"}, None), ({}, None), (None, None), (7, None)],
)  # fmt: skip
def test_an_account_is_read(data: object, credit: Decimal | None) -> None:
    assert parse_account(data) == Account(credit)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7.0), ("0", 0.0), (" 1.5 ", 1.5), ("99999", 900.0), ("-1", None), ("", None),
     ("soon", None), ("1e3", None), ("9" * 99, None), ("Thu, 01 Jan 1970 00:20:00 GMT", 200.0),
     ("Thu, 01 Jan 2099 00:00:00 GMT", 900.0), ("Thu, 01 Jan 1970 00:00:00 GMT", None),
     ("Thu, 99 Foo 1970 99:99:99 GMT", None), ("Fri, 31 Dec 9999 23:59:59 -2359", 900.0),
     ("Thu, 01 Jan 1970 00:20:00 -0000", 200.0),
     ("\u0663", None)],
)  # fmt: skip
def test_a_wish_to_wait_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    assert retry_after_seconds({"Retry-After": value}, now=1000.0) == seconds


def test_no_wish_to_wait_is_none() -> None:
    assert retry_after_seconds({}, now=1000.0) is None


# Submissions.


def test_only_keys_that_are_set_are_sent() -> None:
    assert Submission("m", "p").body() == {"model": "m", "prompt": "p"}
    assert Submission("m", "p", ("https://e.org/a", DATA), "https://me/", "1:1", "2k").body() == {
        "model": "m", "prompt": "p", "images": ["https://e.org/a", DATA],
        "callback_url": "https://me/", "aspect_ratio": "1:1", "image_size": "2k",
    }  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [{"prompt": ""}, {"prompt": " \n\t"}, {"model": ""}, {"images": ("https://e.org/a",) * 5},
     {"images": ("",)}, {"images": ("ftp://e.org/a",)}, {"images": ("file:///etc/passwd",)},
     {"images": ("data:text/html;base64,AAAA",)}, {"images": ("data:image/png,AAAA",)},
     {"images": ("https://",)}, {"images": ("https://e.org/a b",)}, {"images": ("e.org/a.png",)},
     {"callback_url": "javascript:x"}, {"callback_url": "https://e.org/\n"},
     {"prompt": "a \ud83d cat"}, {"aspect_ratio": "\udfff"}, {"images": (DATA + "\ud800",)}],
)  # fmt: skip
def test_what_the_vendor_would_refuse_is_refused_before_it_leaves(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidSubmission) as caught:
        Submission(**({"model": "m", "prompt": "p"} | fields)).body()
    assert caught.value.sentence.endswith(".")
    assert caught.value.delivered is Delivered.NO
    assert not caught.value.retry


# JSON and callbacks.


@pytest.mark.parametrize(
    ("raw", "value"),
    [(b"\xef\xbb\xbf[1]", [1]), (b'"\\ud83d\\ude00"', "😀"), (b'"\\ud83d"', "\ufffd"),
     (b'"\\ude00\\ud83d x"', "\ufffd\ufffd x"), (b'"\\\\ud83d"', "\\ud83d"),
     (b'"\\\\\\ud83d"', "\\\ufffd"), (b'"\\uD83D\\uDE00\\uD83D"', "😀\ufffd"),
     (b"1.10", Decimal("1.10"))],
)  # fmt: skip
def test_json_is_loaded(raw: bytes, value: object) -> None:
    assert load_json(raw) == value


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"{}{}", b"NaN", b"[Infinity]", b"-Infinity", b"9" * 5000, b"[" * 100_000,
     b'{"a":' * 100_000, b"\xff\xfe{\x00}\x00", b'"\xe9"', b'"\xed\xa0\x80"', b"\x00", b"<html>",
     b'"\x01"', b"{'a':1}", b"1e99999999999999999999"],
)  # fmt: skip
def test_whatever_is_no_json_is_one_kind_of_error(raw: bytes) -> None:
    with pytest.raises(BadAnswer):
        load_json(raw)
    with pytest.raises(BadCallback):
        parse_callback(raw)


@pytest.mark.parametrize(
    ("raw", "hint"),
    [('{"task_id":"t","status":"success","result":[]}', CallbackHint("t", "success")),
     ('{"code":0,"data":{"task_id":"t","status":"failed"}}', CallbackHint("t", "failed")),
     ('{"task_id":"t","status":null,"data":{"task_id":"u"}}', CallbackHint("t", "")),
     ('{"status":"success"}', CallbackHint("", "success")), ("{}", CallbackHint("", "")),
     ('{"task_id":null}', CallbackHint("", "")), ('{"data":7}', CallbackHint("", "")),
     ('{"task_id":"t","status":"a\\u0000b"}', CallbackHint("t", "ab"))],
)  # fmt: skip
def test_a_callback_names_its_task(raw: str, hint: CallbackHint) -> None:
    assert parse_callback(raw.encode()) == hint


@pytest.mark.parametrize(
    "raw",
    ["[]", "null", "7", '"t"', '{"task_id":7}', '{"task_id":["t"]}', '{"task_id":"t\\u0000"}',
     '{"task_id":"%s"}' % ("t" * 256), '{"task_id":" "}', '{"task_id":"\\ud800"}'],
)  # fmt: skip
def test_a_callback_that_is_no_callback_is_one_kind_of_error(raw: str) -> None:
    with pytest.raises(BadCallback):
        parse_callback(raw.encode())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(
        ["success", "failed", URL, DATA, "0.5", "t-1"]),
    lambda inner: st.lists(inner) | st.dictionaries(
        st.text() | st.sampled_from(
            ["task_id", "status", "result", "image", "big_image_url", "text", "consumed",
             "status_reason", "message", "data", "code", "detail", "credit"]), inner),
)  # fmt: skip


@given(JSON)
def test_parsing_raises_nothing_but_its_own_error(data: object) -> None:
    for asked in ("", "t-1"):
        try:
            state = parse_task(data, asked)
        except BadAnswer:
            continue
        for text in (state.raw_status, state.words, state.reason, *state.images):
            assert "\x00" not in text
        assert state.consumed is None or 0 <= state.consumed < 1_000_000
    try:
        envelope = parse_envelope(data)
    except BadAnswer:
        return
    accepted = accepted_task_id(200, envelope)
    assert accepted is None or (accepted.isprintable() and envelope.code == 0)
    parse_account(data)


@given(st.binary() | JSON.map(lambda data: json.dumps(data).encode()))
def test_a_callback_raises_nothing_but_its_own_error(body: bytes) -> None:
    try:
        hint = parse_callback(body)
    except BadCallback:
        return
    assert b"\x00" not in (hint.task_id + hint.raw_status).encode()
