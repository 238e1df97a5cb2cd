extension Collection where Element == Double, Index == Int {
    /// The place of the largest number, counted from the start; of equal ones, the first.
    var firstOfLargest: Int {
        var best = startIndex
        for place in indices where self[place] > self[best] { best = place }
        return best - startIndex
    }

    /// The place of the class that scores speak for: with one score the second when it is above 0, or else the largest.
    var scoredPlace: Int {
        guard count > 1 else { return self[startIndex] > 0 ? 1 : 0 }
        return firstOfLargest
    }
}
