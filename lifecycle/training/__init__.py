"""Start trainings, watch them and end them. The work itself is done by `workers/training`."""
