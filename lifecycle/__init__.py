"""Take models from training to release and back, and show what the system is doing: pages for admins."""
