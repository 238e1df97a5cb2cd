"""The parts of `Benchmarks/launch`."""
