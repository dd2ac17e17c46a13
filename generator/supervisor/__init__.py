"""`manage.py run`: one small process that starts web, worker and sandbox, and keeps them running.

    lifeline    a process ends with its parent (Linux); imports nothing, runs before Django
    locks       one supervisor per data folder; no process of a killed one beside it
    preflight   what must be true before anything starts: folder, ports, tables, static files
    process     one program in a session of its own, restarted when it ends
    watchdog    watches the heartbeat: nudges the queue, reports that its cluster is wedged;
                asks the web server whether it answers
    stack       which programs run, in which order, until a signal stops them

Three guards against orphans, because each covers a case that the others miss: `process` kills the
group of a leader that died, `lifeline` ends programs whose supervisor died, and `locks.tether`
makes the next supervisor wait for what is still there, also where there is no lifeline.

Only each program's leader is ever signaled: django-q2 hangs for over a minute when its whole
process group is. What a leader leaves behind is killed with its session's group.

May import `services`, `queries`, `taskqueue` and Django; imported by the `run` command alone, and
`lifeline` by `qcluster`.
"""
