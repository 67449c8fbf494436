"""`manage.py evaluate labelling`: what labelling is worth, shown on simulated people. Leads to torch."""
