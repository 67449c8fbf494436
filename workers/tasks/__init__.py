"""Where Django meets torch: tasks are thin, services do the work."""
