"""Indicators: one declared list (`catalogue.yaml`), a kernel that counts, and the rows of indicators.csv."""
