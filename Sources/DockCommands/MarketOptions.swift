import ArgumentParser
import Commands
import Documents
import Market
import Packaging
import SystemPackage

/// Which market a command is about.
struct MarketOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The market's folder.", valueName: "folder"), completion: .directory)
    var market = "."

    /// Opens the market.
    ///
    /// - Throws: ``Failure``.
    func open() throws(Failure) -> Market {
        let path = FilePath(market)
        return try asking { () throws(MarketError) in try Market.open(path) }
    }
}

/// Asks a market, and says what went wrong as a person at a terminal sees it.
func asking<Value>(_ work: () throws(MarketError) -> Value) throws(Failure) -> Value {
    do throws(MarketError) {
        return try work()
    } catch {
        throw Failure(error)
    }
}

extension Failure {
    init(_ error: MarketError) {
        if let refusal = error.packageError {
            self.init(refusal)
            return
        }
        let status: ExitStatus =
            switch error.kind {
            case .missing, .inputOutput, .database, .busy, .corrupt: .file
            case .refused: .usage
            case .package: .packageRefused
            }
        self.init(status, error.description, hint: error.hint)
    }
}
