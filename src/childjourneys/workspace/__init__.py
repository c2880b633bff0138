"""What a run keeps on disk: Parquet tables, a manifest and a pointer to the run in force."""
