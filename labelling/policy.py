"""Say how a new campaign's pairs are chosen unless its admin says otherwise."""

from labelling.models import PairPolicy

DEFAULT_POLICY = PairPolicy.RANDOM  # the study decides (LOG.md): `manage.py evaluate labelling`
