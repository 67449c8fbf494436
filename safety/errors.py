"""Name what safety refuses; each message is in words for people."""


class SafetyRefused(ValueError):
    """The request cannot be done; the message says why."""


class TooManyFlags(SafetyRefused):
    """This reporter has reported too much in a short time."""


class JobNotYours(SafetyRefused):
    """The lease of this job ended, somebody else holds it, it is decided already, or it is not in the moderator's scope."""


class NotUndoable(SafetyRefused):
    """The decision is superseded, or a later one stands on the same target."""


class NotAppealable(SafetyRefused):
    """There is no such decision against this author, or it was appealed before."""


class AccountSuspended(SafetyRefused):
    """The account may not post until its suspension ends."""
