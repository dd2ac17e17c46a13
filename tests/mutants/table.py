"""The mutants: where the product is broken, how, and which test says so.

When code moves, its row moves along; a row whose text is no longer there fails the run.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One break. `old` stands exactly once in `file`; `test` is what pytest is given."""

    name: str
    file: str
    old: str
    new: str
    test: str


MUTANTS = [
    # --- never lost, never paid twice
    Mutant(
        "fence: what a dead worker was sending is sent again",
        "generator/worker/submits.py",
        "park_as(job, EventDetail.WORKER_STOPPED)",
        "Job.objects.filter(pk=job.pk).update(status=Status.QUEUED)",
        "tests/integration/worker/test_vendor_practices.py::test_2_an_answer_that_was_not_stored_is_never_taken_for_none",
    ),
    Mutant(
        "fence: a hold lets a queued job through",
        "generator/worker/submits.py",
        "        if gate.hold:\n",
        "        if False:\n",
        "tests/integration/installation/test_hold.py::test_pause_stops_submits_until_it_is_lifted",
    ),
    Mutant(
        "unclear: a submit whose answer was lost is sent again",
        "generator/worker/submits.py",
        "return error.retry and error.delivered is errors.Delivered.NO",
        "return True",
        "tests/integration/worker/test_scenarios.py::test_unclear_and_held_jobs_are_sent_once",
    ),
    Mutant(
        "fence: a power cut undoes it after the call",
        "generator/worker/submits.py",
        "with durability.on_disk(), transaction.atomic():",
        "with transaction.atomic():",
        "tests/integration/worker/test_fence.py::test_claim_is_on_the_disk_before_anything_is_sent",
    ),
    Mutant(
        "lease: a row that another worker has claimed is claimed as well",
        "generator/worker/leases.py",
        """    with transaction.atomic():
        jobs = list(due.select""",
        """    if True:
        jobs = list(due.select""",
        "tests/integration/worker/test_leases.py::test_each_job_goes_to_one_of_many_workers",
    ),
    Mutant(
        "conditional update: a job moves although another process moved it first",
        "generator/models/jobs.py",
        "rows = Job.objects.filter(pk=self.pk, status=self.status)",
        "rows = Job.objects.filter(pk=self.pk)",
        "tests/integration/jobs/test_transitions.py::test_one_of_many_workers_wins_a_transition",
    ),
    Mutant(
        "form token: the same press again makes a second batch",
        "generator/services/batches.py",
        "    return form_token if number == 1 else",
        "    import uuid\n\n    return uuid.uuid4().hex if number == 1 else",
        "tests/integration/batches/test_compose_form.py::test_replayed_press_creates_no_second_batch",
    ),
    Mutant(
        "ledger: a press reserves nothing",
        "generator/services/batches.py",
        "    usage.reserve(jobs)\n",
        "",
        "tests/integration/batches/test_create.py::test_batch_reserves_its_list_price",
    ),
    Mutant(
        "ledger: a success is not settled",
        "generator/worker/polls.py",
        "            usage.settle(job, job.consumed_credits)\n",
        "            pass\n",
        "tests/integration/worker/test_vendor_practices.py::test_7_results_are_copied_at_once_and_the_credits_consumed_are_recorded",
    ),
    Mutant(
        "breaker: an upstream that is away is never found ill",
        "generator/models/installation.py",
        "FAILURE_THRESHOLD = 4",
        "FAILURE_THRESHOLD = 4000",
        "tests/integration/worker/test_breaker.py::test_running_jobs_are_queried_by_one_probe_at_a_time",
    ),
    Mutant(
        "heartbeat: two sweeps lead at the same time",
        "generator/worker/heartbeat.py",
        "Pulse.objects.filter(Q(holder=leader_id) | is_free, pk=1)",
        "Pulse.objects.filter(pk=1)",
        "tests/integration/worker/test_heartbeat.py::test_one_of_many_sweeps_leads",
    ),
    Mutant(
        "watchdog: a wedged cluster is left alone",
        "generator/supervisor/watchdog.py",
        "WEDGED_AFTER_SECONDS = 45.0",
        "WEDGED_AFTER_SECONDS = 45e6",
        "tests/unit/test_supervisor.py::test_cluster_is_wedged_when_work_is_overdue_and_it_had_time",
    ),
    Mutant(
        "restart: a program that ended is not started again",
        "generator/supervisor/process.py",
        "            self._plan_restart(self.kill())\n",
        "            self.kill()\n            self._start_at = math.inf\n",
        "tests/unit/test_supervisor.py::test_process_that_dies_is_restarted",
    ),
    # --- what comes from outside
    Mutant(
        "byte cap: a body is read without end",
        "generator/outbound/exchange.py",
        "                if total > max_bytes:\n",
        "                if total < 0:\n",
        "tests/unit/upstream/test_download.py::test_bomb_takes_no_more_memory_than_its_cap",
    ),
    Mutant(
        "address guard: a name that points inside is opened",
        "generator/outbound/transport.py",
        "            if not is_public(str(address[0])):\n",
        "            if not address:\n",
        "tests/unit/upstream/test_guard.py::test_a_name_that_points_inside_is_blocked",
    ),
    Mutant(
        "redirect: its target is opened unread",
        "generator/outbound/urlguard.py",
        'if origin.scheme == "https" and target.scheme == "http" and',
        "if not target and",
        "tests/unit/upstream/test_guard.py::test_a_redirect_from_https_to_http_goes_to_allowed_hosts_only",
    ),
    Mutant(
        "deadline: a silent upstream is waited for",
        "generator/outbound/deadline.py",
        """        self.settimeout(call.seconds_left())
        return call.count(super().recv_into(buffer, nbytes, flags))

    def sendall""",
        """        self.settimeout(20)
        return call.count(super().recv_into(buffer, nbytes, flags))

    def sendall""",
        "tests/unit/upstream/test_query.py::test_bad_answer_says_nothing_about_the_task",
    ),
    Mutant(
        "callback: any token opens",
        "generator/views/callbacks.py",
        "if not hmac.compare_digest(expected.encode(), token.encode()) or job is None:",
        "if job is None:",
        "tests/integration/jobs/test_callbacks.py::test_wrong_token_changes_nothing",
    ),
    Mutant(
        "secret: a key is written into the log",
        "generator/outbound/masking.py",
        '    text = _KEY.sub("dk-[masked]", text)\n',
        "",
        "tests/unit/upstream/test_masking.py::test_a_log_line_shows_no_secret",
    ),
    Mutant(
        "pixels: a file that asks for gigabytes is decoded",
        "generator/media/decoding.py",
        "MAX_PIXELS = 50_000_000",
        "MAX_PIXELS = 50_000_000_000",
        "tests/unit/test_decoding.py::test_image_over_the_pixel_limit_is_kept_undecoded_if_it_is_whole",
    ),
    # --- who may see and do what
    Mutant(
        "access: a colleague's job may be canceled",
        "generator/web/access.py",
        "    own = job(request, pk)\n    _check_manages(request, own.batch)\n",
        "    found = job(request, pk)\n",
        "tests/integration/members/test_access.py::test_only_the_owner_or_an_admin_cancels_a_job",
    ),
    Mutant(
        "access: a colleague's private image is in the gallery",
        "generator/queries/gallery.py",
        "    return Image.objects.filter(SHOWN).filter(Q(private=False) | Q(owner=viewer.pk))",
        "    return Image.objects.filter(SHOWN)",
        "tests/integration/images/test_privacy.py::test_private_image_is_hidden_from_every_other_role",
    ),
    Mutant(
        "access: a viewer may add to a collection",
        "generator/web/access.py",
        "    if not request.user.can(permission):\n",
        "    if False:\n",
        "tests/integration/bulk/test_bulk.py::test_collecting_needs_the_right_to_fill_the_collection",
    ),
    Mutant(
        "access: everybody is an admin to a role's own view",
        "generator/web/access.py",
        "            check(request, permission)\n",
        "",
        "tests/integration/members/test_access.py::test_management_needs_a_role",
    ),
    Mutant(
        "escape: a prompt's markup becomes the page's",
        "templates/generator/includes/batch.html",
        "{{ batch.prompt|truncatechars:400 }}",
        "{{ batch.prompt|truncatechars:400|safe }}",
        "tests/integration/batches/test_compose_form.py::test_any_prompt_is_stored_and_shown_as_text",
    ),
    Mutant(
        "header: no content security policy is sent",
        "gempix_site/settings.py",
        '    "csp.middleware.CSPMiddleware",\n',
        "",
        "tests/integration/pages/test_headers.py::test_page_may_run_only_what_the_studio_serves",
    ),
    # --- lists and what is done to them
    Mutant(
        "cursor: the last row of a page is the first of the next",
        "generator/queries/paging.py",
        'is_older = relative_to("lt", by_sort_key, kind, cursor)',
        'is_older = relative_to("lte", by_sort_key, kind, cursor)',
        "tests/integration/gallery/test_lists.py::test_gallery_pages_meet_without_gap_or_overlap",
    ),
    Mutant(
        "plan: a page's rows are not found by their keys alone",
        "generator/queries/paging.py",
        "    page = rows.model._default_manager.filter(pk__in=keys)\n",
        "    return (ordered if newest else ordered.reverse())[:limit]\n"
        "    page = rows.model._default_manager.filter(pk__in=keys)\n",
        "tests/integration/gallery/test_plans.py::test_list_takes_few_queries_and_scans_no_large_table",
    ),
    Mutant(
        "search: what is typed is no beginning of a word",
        "generator/models/tokenizer.py",
        "                prefix = not quoted and len(words[-1]) > 1\n",
        "                prefix = False\n",
        "tests/integration/gallery/test_search.py::test_bare_words_are_prefixes_and_quoted_ones_whole_sequences",
    ),
    Mutant(
        "trigger: an image in the trash is still counted",
        "generator/models/triggers.py",
        '        _count("OLD", -1) + _count("NEW", 1),',
        '        _count("NEW", 1),',
        "tests/integration/gallery/test_months.py::test_counts_follow_trash_privacy_and_deletion_and_survive_folding",
    ),
    Mutant(
        "undo: images that somebody trashed since come back as well",
        "generator/services/bulk_kinds.py",
        """        pk__in=_images(changes),
        trashed_at=action.created_at,
""",
        "        pk__in=_images(changes),\n",
        "tests/integration/bulk/test_bulk.py::test_undo_skips_what_changed_since",
    ),
    Mutant(
        "bulk: a change is not kept for its undo",
        "generator/services/bulk.py",
        "    BulkChange.objects.bulk_create(result.changes)\n",
        "",
        "tests/integration/bulk/test_bulk.py::test_undo_restores_exactly_what_changed",
    ),
    Mutant(
        "purge: the files of an image that was given up stay",
        "generator/services/trash.py",
        "            storage.remove(image.file, image.thumbnail_widths)\n",
        "            pass\n",
        "tests/integration/trash/test_trash.py::test_expired_image_is_purged_with_its_files",
    ),
    Mutant(
        "file: a row is written before its file is durable",
        "generator/media/storage.py",
        "    os.fsync(temporary.file.fileno())\n",
        "",
        "tests/unit/test_storage.py::test_file_is_durable_before_it_has_its_name",
    ),
    # --- in the browser
    Mutant(
        "live cards: a page goes on asking when everything has ended",
        "static/js/live/live-cards.js",
        'section.querySelector("[data-live]"),',
        "true,",
        "tests/browser/test_live.py::test_one_request_refreshes_24_live_cards_and_none_follows_their_end",
    ),
    Mutant(
        "double click: the second click presses what the first brought",
        "static/js/compose/submit.js",
        "if (event.detail > 1 && event.target.closest?.(ONCE)) event.preventDefault();",
        "",
        "tests/browser/test_compose.py::test_double_click_makes_one_batch",
    ),
    # --- visitors
    Mutant(
        "throttle: attempts beyond the limit get through",
        "generator/services/throttles.py",
        "row = AttemptCount.objects.filter(pk=key, count__lt=limit.most)",
        "row = AttemptCount.objects.filter(pk=key)",
        "tests/integration/members/test_throttles.py::test_many_at_once_get_no_more_than_the_limit",
    ),
    Mutant(
        "visitors: what a visitor writes into X-Forwarded-For is believed",
        "generator/web/visitors.py",
        '.split(",")[-proxies:]',
        '.split(",")[:proxies]',
        "tests/unit/test_visitors.py::test_address_with_a_number_of_proxies",
    ),
]
