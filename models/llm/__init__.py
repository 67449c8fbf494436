"""Reach language models that are not ours: a server's, or real weights on this machine. Chat and safety share it. Pure."""


class LLMFailed(RuntimeError):
    """The model gave no usable answer; `reason` in unreachable|timeout|status|cut|garbage|schema|reserved|unloadable.

    The text holds neither the viewer's words nor the server's: it goes to logs. Asking again at once would not help.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
