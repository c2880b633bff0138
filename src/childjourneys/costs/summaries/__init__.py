"""From the ledger to tables: every amount in them is a sum of ledger lines, in whole pence."""
