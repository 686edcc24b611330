"""Where columns come from besides the product's own database."""
