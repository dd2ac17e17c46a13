"""A stand-in upstream: the vendor's image API over real HTTP, without the vendor or a bill.

It implements the contract that the client in ``generator/upstream`` is written against, but
shares no code with it: two readings of one document check each other. Nothing here imports the
rest of the project, Django or ``requests``: only the standard library and Pillow. Only the
management commands and the tests import this package.

    server      Sandbox: start, stop, counters          wire       requests and replies, no socket
    transport   sockets, keep-alive, disconnects        world      the parts, connected
    routes      which call answers which path           control    stats, config, reset, home page
    api         the vendor's calls, result files        results    tasks in the vendor's format
    submission  parsing a submit                        choosing   from a prompt to a scenario
    scenarios   the table of scenarios                  counters   counters, and counted faults
    behavior    what a scenario may change              journal    the state file
    tasks       tasks and their clock, the balance      holds      what must not end yet
    callbacks   outgoing deliveries                     painter    one image for one order
    images      painting ahead, the cache               painting/  colors, canvas, scenes

It posts to any ``callback_url`` and accepts almost any key, so it belongs on loopback or a
private network.
"""
