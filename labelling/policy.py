"""Say how a new campaign's pairs are chosen unless its admin says otherwise."""

from labelling.models import PairPolicy

# With 60 % of the labels chosen pairs reached more than evenly drawn ones with all (LOG.md: `manage.py evaluate labelling --part curves`).
DEFAULT_POLICY = PairPolicy.ACTIVE
