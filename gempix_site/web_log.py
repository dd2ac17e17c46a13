"""gunicorn's log, written as ours."""

from __future__ import annotations

from typing import Any

from gunicorn import glogging  # type: ignore[import-untyped]

from gempix_site.logs import LINE, LineFormatter
from generator.outbound.masking import MaskingFilter


class Logger(glogging.Logger):  # type: ignore[misc]
    """Named by `generator.supervisor.stack.web_command`."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.addFilter(MaskingFilter())
            handler.setFormatter(LineFormatter(LINE))
