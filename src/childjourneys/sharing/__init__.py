"""What may leave the team: every number of it has passed disclosure control."""
