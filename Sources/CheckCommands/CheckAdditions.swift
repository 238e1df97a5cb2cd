package import ArgumentParser
import Commands

/// `lw-pack check`, for the tool.
package enum CheckAdditions: CommandAdditions {
    package static var commands: [any ParsableCommand.Type] { [CheckCommand.self] }
}
