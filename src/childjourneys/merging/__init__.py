"""Several files about the same child become one account of it: who it is, which fact wins."""
