"""The pages of imports: the package, its plan, how it is getting on, what it did."""
