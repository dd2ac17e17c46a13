"""`manage.py run`: one small process that starts web, worker and sandbox, and keeps them up.

    lifeline    a process ends with its parent (Linux); imports nothing, runs before Django
    locks       one supervisor per data folder; what a killed one left behind
    grounds     what must be so before anything starts: folder, ports, tables, static files
    child       one program in a session of its own, started again when it ends
    watch       looks at the pulse: nudges the queue, tells when its cluster is wedged
    stack       which programs, in which order, until a signal says stop

Only each program's leader is ever signalled: django-q2 hangs for over a minute when its whole
process group is. What a leader leaves behind is killed with its session's group.

May import `services` (pulse, people) and Django; imported by the `run` command alone, and
`lifeline` by `qcluster`.
"""
