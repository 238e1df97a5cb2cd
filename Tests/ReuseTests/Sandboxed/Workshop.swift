import Commands
import Ensembles
import Foundation
import Learnware
import ModelRunner
import Packaging
import Reuse
import Sandbox
import Specifications
import SystemPackage
import Tensors
import TestSupport

/// Real learnwares for a test, each run by the real runner in a sandbox of its own.
struct Workshop {
    private let scratch: Scratch
    private let resources: Resources
    private let store: Store

    init() throws {
        scratch = try Scratch()
        resources = try Resources.locate(executable: Checkout.products.appending("lw-run"))
        let folder = Checkout.cache.appending("learnware")
        try FileManager.default.createDirectory(
            atPath: folder.string,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        store = try Store(at: folder)
    }

    /// A learnware of two columns that is written here.
    ///
    /// - Parameters:
    ///   - name: what it is called.
    ///   - body: of `predict(self, X)`; `self.calls` counts the calls.
    ///   - memory: bytes that its run may take, in truth and in the budget.
    ///   - seconds: for each call.
    /// - Returns: the member.
    /// - Throws: what packing it throws.
    func member(
        _ name: String,
        _ body: String,
        memory: Int = 1 << 30,
        seconds: Double = 60
    ) throws -> ReuseMember {
        let lines = body.split(separator: "\n").map { "        \($0)\n" }.joined()
        try scratch.write("\(name)/learnware.yaml", "name: \(name)\nmodel: {class_name: Model, kwargs: {}}\n")
        try scratch.write("\(name)/requirements.txt", "numpy\n")
        try scratch.write(
            "\(name)/__init__.py",
            """
            import os, time
            import numpy as np
            from learnware.model import BaseModel


            class Model(BaseModel):
                def __init__(self):
                    super().__init__(input_shape=(2,), output_shape=(1,))
                    self.calls = 0

                def predict(self, X):
                    self.calls += 1
            \(lines)
            """
        )
        let zip = scratch.path.appending("\(name).zip")
        let package = try PackageBuilder.build(scratch.path.appending(name), to: zip).package
        return try member(package, name: name, memory: memory, seconds: seconds)
    }

    /// One of the learnwares of a task that the Python package was measured on.
    func golden(_ task: String, _ place: Int, in folder: FilePath) throws -> ReuseMember {
        let path = folder.appending("reuse/\(task)")
        let package = try Package.open(
            path.appending("\(place).zip"),
            semantic: path.appending("\(place)_semantic.json")
        )
        let specification = try AnySpecification(json: package.read("stat_spec.json", limit: 16 << 20))
        return try member(package, name: "\(task) \(place)", specification: specification)
    }

    private func member(
        _ package: Package,
        name: String,
        specification: AnySpecification? = nil,
        memory: Int = 1 << 30,
        seconds: Double = 60
    ) throws -> ReuseMember {
        var options = RunOptions()
        options.python = "/usr/bin/python3"
        options.callSeconds = seconds
        options.memory = memory
        return ReuseMember(
            identity: try Ensemble.Member(digest: package.digest, name: name),
            specification: specification,
            provider: SandboxedPredictors(package, options, resources: resources, store: store),
            memory: memory
        )
    }
}
