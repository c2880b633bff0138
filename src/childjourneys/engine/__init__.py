"""Runs a kernel over buckets of children. A child's rows are always in one bucket.

A kernel is a plain function from the tables of some children to tables about those children. The local
engine runs it bucket by bucket; another engine would hand the same kernel the same buckets.
"""
