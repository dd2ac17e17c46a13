"""What the tables of bytes know is proved above: each kind of outcome, in each status of a job in
which it can happen, by a row that is played to the whole studio."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product

import pytest

from generator.state import Status
from generator.upstream import errors
from tests.integration.faults import test_callback as callbacks
from tests.integration.faults import test_callback_states as moments
from tests.integration.faults import test_download as downloads
from tests.integration.faults import test_query as queries
from tests.integration.faults import test_submit as submits

from .tables.callback import CALLBACK
from .tables.download import DOWNLOAD
from .tables.query import QUERY
from .tables.rows import Row
from .tables.submit import SUBMIT

Pair = tuple[Status, str]

TABLES: dict[str, Mapping[str, Row]] = {
    "submit": SUBMIT,
    "query": QUERY,
    "download": DOWNLOAD,
    # What the web server refuses by itself comes to no job.
    "callback": {name: row for name, row in CALLBACK.items() if row.read},
}
# In which statuses a job makes the call, or gets it.
STATUSES = {
    "submit": {Status.QUEUED},
    "query": {Status.RUNNING, Status.UNFETCHED, Status.QUEUED, Status.UNCONFIRMED},
    "download": {Status.STORING},
    "callback": {Status.RUNNING},  # all others among the moments
}
PROVED: dict[str, Iterable[Pair | None]] = {
    "submit": [case.pair for case in submits.CASES],
    "query": [
        *(case.pair for case in queries.CASES),
        *(moment.pair for moment in moments.MOMENTS),
    ],
    "download": [case.pair for case in downloads.CASES],
    "callback": [case.pair for case in callbacks.CASES],
}
# Errors that no row has, because they come of no bytes, or never come out.
WITHOUT_BYTES = {
    errors.InvalidSubmission,  # test_client, faults/test_submit
    errors.NotDelivered,  # test_client, faults/test_delivery
    errors.BadAnswer,  # the client turns it into another
    errors.BadCallback,  # the view answers 400
    # The worker concludes these from two answers.
    errors.RefusedAlone,
    errors.TaskRefused,
}


@pytest.mark.parametrize("call", TABLES)
def test_each_kind_is_proved_in_each_status(call: str) -> None:
    kinds = {row.kind for row in TABLES[call].values()}
    unproved = set(product(STATUSES[call], kinds)) - set(PROVED[call])
    assert unproved == set()


def test_each_error_is_in_a_table() -> None:
    outcomes = {row.outcome for table in TABLES.values() for row in table.values() if is_error(row)}
    leaves = {kind for kind in vars(errors).values() if isinstance(kind, type)}
    leaves = {kind for kind in leaves if issubclass(kind, errors.UpstreamError)}
    assert leaves - {errors.UpstreamError} - outcomes == WITHOUT_BYTES


def is_error(row: Row) -> bool:
    return isinstance(row.outcome, type)
