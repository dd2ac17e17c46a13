"""gunicorn's threaded worker, which ends waiting requests when it is asked to stop."""

from types import FrameType

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]


class Worker(ThreadWorker):  # type: ignore[misc]
    """Otherwise a stop would take as long as the longest wait (`generator.web.waiting`)."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        _end_waits()
        super().handle_exit(sig, frame)

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        _end_waits()
        super().handle_quit(sig, frame)


def _end_waits() -> None:
    # Not at the top: gunicorn loads this class before Django.
    from generator import changes

    changes.close()
