"""The parts of `Benchmarks/predict`."""
