"""Show what the system is doing: sections, each read within a time limit, for admins."""
