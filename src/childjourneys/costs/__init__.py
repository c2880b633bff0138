"""Unit costs, and the activity they are multiplied by."""
