"""What happened at the front door, and what followed section 47 enquiries."""
