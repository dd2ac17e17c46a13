"""Which call answers which path."""

from collections.abc import Callable

from generator.sandbox import api, control
from generator.sandbox.wire import Reply, Request, failure
from generator.sandbox.world import World

Call = Callable[[World, Request], Reply]

VENDOR: dict[str, tuple[str, Call, str]] = {
    "/api/image/gen": ("POST", api.submit, "submits"),
    "/api/task/query": ("GET", api.query, "queries"),
    "/api/user": ("GET", api.user, "users"),
}
OWN: dict[str, tuple[str, Call]] = {
    "/": ("GET", control.page),
    "/sandbox/stats": ("GET", control.stats),
    "/sandbox/reset": ("POST", control.reset),
    "/sandbox/config": ("POST", control.config),
}


def respond(world: World, request: Request) -> Reply:
    """Return the reply to a request."""
    # A HEAD is answered as a GET; the transport omits the body.
    method = "GET" if request.method == "HEAD" else request.method
    if request.path.startswith("/files/"):
        if method != "GET":
            return failure(405, "method not allowed", code=405)
        world.counters.add("files")
        return api.file(world, request)
    if request.path.startswith("/api/"):
        return _vendor(world, request, method)
    allowed, call = OWN.get(request.path, ("", None))
    if call is None:
        return failure(404, "not found", code=404)
    return call(world, request) if method == allowed else failure(405, "method not allowed")


def _vendor(world: World, request: Request, method: str) -> Reply:
    allowed, call, counter = VENDOR.get(request.path, ("", None, ""))
    if call and method == allowed:
        # Counted first: a submit that meets a broken upstream was sent all the same.
        world.counters.add(counter)
    reply = api.early_reply(world, request)
    if reply:
        return reply
    if call is None:
        return failure(404, "not found", code=404)
    return call(world, request) if method == allowed else failure(405, "method not allowed")
