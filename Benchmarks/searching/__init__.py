"""What `Benchmarks/search` compares with, and the curve that it draws."""
