"""Name what labelling refuses; each message is in words for people."""


class LabellingRefused(ValueError):
    """The request cannot be done; the message says why."""


class NotYours(LabellingRefused):
    """The pair is not with this labeller any more: its lease ended, it was given back, or it was answered."""


class NothingForYou(LabellingRefused):
    """This labeller gets no questions of the campaign: it is not open, or they are paused."""
