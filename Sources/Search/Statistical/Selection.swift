/// Choosing the least of many numbers without sorting all.
enum Selection {
    /// The places of the least numbers, ascending by number and then by place.
    ///
    /// - Parameters:
    ///   - number: how many.
    ///   - values: no one of them NaN.
    /// - Returns: at most `number` places.
    /// - Complexity: O(n) on average, and O(k log k) for the k that are chosen.
    static func least(_ number: Int, of values: [Double]) -> [Int] {
        var places = Array(values.indices)
        func isLess(_ left: Int, _ right: Int) -> Bool { (values[left], left) < (values[right], right) }
        if number < places.count {
            // Halves the range that the boundary lies in, around the middle of three.
            var (low, high) = (0, places.count - 1)
            while low < high {
                let pivot = middle(places[low], places[(low + high) / 2], places[high], isLess)
                var (left, right) = (low, high)
                while left <= right {
                    while isLess(places[left], pivot) { left += 1 }
                    while isLess(pivot, places[right]) { right -= 1 }
                    if left <= right {
                        places.swapAt(left, right)
                        left += 1
                        right -= 1
                    }
                }
                if number <= right {
                    high = right
                } else if number >= left {
                    low = left
                } else {
                    break
                }
            }
            places = Array(places.prefix(max(0, number)))
        }
        return places.sorted(by: isLess)
    }

    private static func middle(_ a: Int, _ b: Int, _ c: Int, _ isLess: (Int, Int) -> Bool) -> Int {
        if isLess(a, b) {
            if isLess(b, c) { return b }
            return isLess(a, c) ? c : a
        }
        if isLess(a, c) { return a }
        return isLess(b, c) ? c : b
    }
}
