"""What people see, and the exit codes."""
