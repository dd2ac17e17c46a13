"""Errors that end a request before its whole answer was received."""


class BlockedURL(Exception):
    """The URL is malformed, or not allowed (a private network, http)."""


class TooLarge(Exception):
    """The answer has more bytes than the caller accepts."""


class ExchangeError(Exception):
    """An exchange that ended without a whole answer.

    `sent` is False only if no connection was established, so that no byte of the request left.
    `cause` is BlockedURL or TooLarge if the exchange was ended for that reason, else None.
    """

    def __init__(self, text: str, *, sent: bool, cause: BlockedURL | TooLarge | None = None):
        super().__init__(text)
        self.sent = sent
        self.cause = cause
