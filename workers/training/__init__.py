"""Carry trainings out, for the commands and for the job alike. Leads to torch: in commands and in a run's own process only."""
