/// How ``EnsemblePruning`` searches.
package struct PruningOptions: Sendable {
    /// Up to how many members all subsets are looked at, 0 to 20.
    package var exhaustiveLimit: Int
    /// How many subsets evolve, 4 to 4096.
    package var population: Int
    /// How many times they have children, each time as many as there are, 0 to 100,000.
    package var generations: Int
    /// The same seed gives the same members.
    package var seed: UInt64
    /// How many threads share the work, on which the answer does not depend; nil for one a core.
    package var threads: Int?

    /// - Parameters:
    ///   - exhaustiveLimit: up to how many members all subsets are looked at, 0 to 20.
    ///   - population: how many subsets evolve, 4 to 4096.
    ///   - generations: how many times they have children, each time as many as there are, 0 to 100,000.
    ///   - seed: the same seed gives the same members.
    ///   - threads: how many threads share the work; nil for one a core.
    package init(
        exhaustiveLimit: Int = 16,
        population: Int = 100,
        generations: Int = 100,
        seed: UInt64 = 0,
        threads: Int? = nil
    ) {
        self.exhaustiveLimit = exhaustiveLimit
        self.population = population
        self.generations = generations
        self.seed = seed
        self.threads = threads
    }

    func validate() throws(LabelledError) {
        let limits = [
            ("exhaustive limit", exhaustiveLimit, 0...20), ("population", population, 4...4096),
            ("number of generations", generations, 0...100_000),
        ]
        for (name, value, range) in limits where !range.contains(value) {
            throw LabelledError(
                .invalidArgument,
                "a \(name) of \(value) is not from \(range.lowerBound) to \(range.upperBound)"
            )
        }
    }
}
