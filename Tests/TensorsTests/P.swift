import SystemPackage
import Testing
import Foundation
@testable import Tensors
@Test func speed() throws {
    guard let list = ProcessInfo.processInfo.environment["LW_SPEED"] else { return }
    for name in list.split(separator: ",") {
        for batch in [4096, 1 << 20] {
            let clock = ContinuousClock()
            let source = try DataFile.open(FilePath(String(name)))
            var cells = 0
            let time = try clock.measure {
                while let chunk = try source.next(maximumRows: batch) { cells += chunk.rowCount * (source.columnCount ?? 1) }
            }
            print(name, batch, cells, time)
        }
    }
}
