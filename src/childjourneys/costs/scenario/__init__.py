"""What-if: a scenario in words and numbers, checked, and worked out against a costing."""
