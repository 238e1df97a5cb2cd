"""The parts of `Benchmarks/specifications`."""
