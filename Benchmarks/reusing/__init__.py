"""The parts of `Benchmarks/reuse`."""
