"""What moves jobs forward in the background: the sweep, its lanes, and what protects them.

    sweep      finds due work, runs the lanes    heartbeat      proof of work, and which sweep leads
    submits    the paid call, behind the fence   leases         which worker has a job
    polls      status queries                    rhythm         when to query a task
    results    copying result files              backoff        how long to wait after a failure
    twins      second tasks of a job             breaker        the upstream is failing
    opinions   is the key bad, or one job        db_retry       the database is down
    tasks      what the queue calls

Uses the services; no service uses it. Every step is harmless the second time.

A clock that jumps ends no job: a `due_at` more than 20 minutes ahead counts as due, because no
wait is that long; leases and budgets use the monotonic clock; and a job is stalled or lost only
after a number of queries, whatever the time says. While the database is down, a lane waits up to
90 s with its answers in hand.

The queue is django-q2 with the database as its broker. It has no delay finer than a minute, so the
sweep waits by itself; and a killed idle worker can wedge its cluster, so the supervisor watches the
heartbeat.
"""
