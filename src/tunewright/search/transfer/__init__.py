"""What earlier studies tell a new one."""
