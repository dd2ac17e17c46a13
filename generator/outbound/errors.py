"""What ends a request before it has its whole answer."""


class BlockedURL(Exception):
    """The URL is malformed, or leads where no request may go (a private network, http)."""


class TooLarge(Exception):
    """The answer has more bytes than the caller takes."""


class ExchangeError(Exception):
    """An exchange that ended without a whole answer.

    `sent` is False only if the connection never stood, so no byte of the request left. `cause` is
    BlockedURL or TooLarge if it was ended here for that reason, else None.
    """

    def __init__(self, text: str, *, sent: bool, cause: BlockedURL | TooLarge | None = None):
        super().__init__(text)
        self.sent = sent
        self.cause = cause
