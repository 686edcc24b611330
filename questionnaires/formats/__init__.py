"""Reading and writing definitions in files."""
