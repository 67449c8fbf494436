"""Say in words why nothing can be trained or nothing came of it."""


class CannotTrainError(ValueError):
    """Something that the training needs is not there; the message says what, and what to do."""


class NothingBetterError(ValueError):
    """The training ended and there is nothing to propose; the message says why."""
