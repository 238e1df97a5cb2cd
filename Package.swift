// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "learnware",
    products: [
        .library(name: "Market", targets: ["Market"]),
        .library(name: "ModelRunner", targets: ["ModelRunner"]),
        .library(name: "Packaging", targets: ["Packaging"]),
        .library(name: "Sandbox", targets: ["Sandbox"]),
        .library(name: "Search", targets: ["Search", "Specifications", "Numerics"]),
        .library(name: "Specifications", targets: ["Specifications", "Numerics"]),
        .executable(name: "lw-dock", targets: ["lw-dock"]),
        .executable(name: "lw-pack", targets: ["lw-pack"]),
        .executable(name: "lw-run", targets: ["lw-run"]),
        .executable(name: "lw-sandbox", targets: ["lw-sandbox"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
        .systemLibrary(
            name: "CBLAS",
            pkgConfig: "openblas",
            providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]
        ),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CSVM", providers: [.apt(["libsvm-dev"])]),
        .systemLibrary(name: "CLinear", providers: [.apt(["liblinear-dev"])]),
        .target(name: "CNumerics"),
        .target(name: "Numerics", dependencies: ["CBLAS", "CNumerics"]),
        .target(name: "CLinux"),
        .target(name: "CPosix"),
        .target(name: "LaunchPlan"),
        .target(name: "Documents", dependencies: ["Yams"]),
        .target(name: "Tensors", dependencies: ["Documents", "CLinux", system]),
        .target(name: "CCLD2", linkerSettings: [.linkedLibrary("cld2")]),
        .target(name: "Specifications", dependencies: ["Numerics", "Tensors", "Documents", "CCLD2", system]),
        .target(name: "Packaging", dependencies: ["Documents", "CZlib", system, crypto]),
        .target(name: "Search", dependencies: ["Specifications", "Packaging", "Numerics", "Documents"]),
        .target(name: "Learnware", dependencies: ["Tensors"]),
        .target(name: "Ensembles", dependencies: ["Documents", "Tensors"]),
        .target(
            name: "Reuse",
            dependencies: [
                "Ensembles", "Learnware", "Specifications", "Numerics", "Tensors", "Documents", "CSVM", "CLinear",
            ]
        ),
        .target(
            name: "Checking",
            dependencies: ["Learnware", "Specifications", "Numerics", "Tensors", "Packaging", "Documents"]
        ),
        .target(name: "PredictProtocol", dependencies: ["Tensors", "Documents"]),
        .target(name: "SandboxPolicy", dependencies: ["Documents", "LaunchPlan"]),
        .target(name: "Sandbox", dependencies: ["SandboxPolicy", "LaunchPlan", "CLinux", "CSeccomp", system, crypto]),
        .target(
            name: "ModelRunner",
            dependencies: [
                "Sandbox", "SandboxPolicy", "LaunchPlan", "PredictProtocol", "Tensors", "Packaging", "Documents",
                "CLinux", system,
            ]
        ),
        .target(
            name: "Market",
            dependencies: [
                "Packaging", "Documents", "CPostgres", system, crypto,
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]
        ),
        .target(
            name: "Commands",
            dependencies: [
                "ModelRunner", "Sandbox", "SandboxPolicy", "LaunchPlan", "Packaging", "PredictProtocol", "Learnware",
                "Tensors", "Documents", system,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .target(
            name: "CheckCommands",
            dependencies: [
                "Commands", "Checking", "Learnware", "ModelRunner", "Packaging", "Tensors", "Documents", system, crypto,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .target(
            name: "SpecificationCommands",
            dependencies: [
                "Commands", "Specifications", "Numerics", "ModelRunner", "Packaging", "Tensors", "Documents", system,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .target(
            name: "DockCommands",
            dependencies: [
                "Commands", "CheckCommands", "SpecificationCommands", "Checking", "Learnware", "Market", "Search",
                "Specifications", "Reuse", "Ensembles", "Numerics", "Tensors", "ModelRunner", "Packaging",
                "Documents", "LaunchPlan", system,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .executableTarget(
            name: "lw-dock",
            dependencies: ["Commands", "DockCommands"],
            linkerSettings: installedLibraries
        ),
        .executableTarget(
            name: "lw-pack",
            dependencies: ["Commands", "SpecificationCommands", "CheckCommands"],
            linkerSettings: installedLibraries
        ),
        .executableTarget(name: "lw-run", dependencies: ["Commands"], linkerSettings: installedLibraries),
        // The same sources again, as Embedded Swift.
        .target(name: "EmbeddedLaunchPlan", swiftSettings: embedded),
        .target(name: "Launcher", dependencies: ["CLinux", "CPosix", "EmbeddedLaunchPlan"], swiftSettings: embedded),
        .executableTarget(
            name: "lw-sandbox",
            dependencies: ["Launcher", "CLinux"],
            swiftSettings: embedded,
            linkerSettings: staticExecutable
        ),
        .executableTarget(
            name: "lw-self-test",
            cSettings: [.define("_GNU_SOURCE")],
            linkerSettings: staticExecutable
        ),
        .executableTarget(
            name: "lw-sandbox-layers-off",
            dependencies: ["Launcher", "CLinux"],
            path: "Tests/LayersOff",
            swiftSettings: embedded,
            linkerSettings: staticExecutable
        ),
        .executableTarget(
            name: "predict-iris",
            dependencies: ["ModelRunner", "Packaging", "Sandbox", system],
            path: "Examples/predict-iris"
        ),
        .executableTarget(
            name: "predict-warm",
            dependencies: ["ModelRunner", "Packaging", "Sandbox", system],
            path: "Examples/predict-warm"
        ),
        .executableTarget(
            name: "specify",
            dependencies: ["Specifications", "Numerics", system],
            path: "Examples/specify"
        ),
        .executableTarget(
            name: "find",
            dependencies: ["Search", "Specifications", "Numerics", system],
            path: "Examples/find"
        ),
        // What the attack tests run inside the sandbox: one file, for a root that holds no libraries. Never installed.
        .executableTarget(
            name: "lw-probe",
            path: "Tests/Probe",
            cSettings: [.define("_GNU_SOURCE")],
            linkerSettings: staticExecutable
        ),
        .testTarget(name: "DocumentsTests", dependencies: ["Documents"]),
        .testTarget(name: "NumericsTests", dependencies: ["Numerics", "TestSupport", system]),
        .testTarget(
            name: "SpecificationsTests",
            dependencies: ["Specifications", "Numerics", "Tensors", "Documents", "TestSupport", system]
        ),
        .testTarget(
            name: "SearchTests",
            dependencies: ["Search", "Specifications", "Packaging", "Numerics", "Documents", "TestSupport", system]
        ),
        .testTarget(
            name: "CheckingTests",
            dependencies: [
                "Checking", "Learnware", "Specifications", "Numerics", "Packaging", "Tensors", "Documents",
                "TestSupport", system,
            ]
        ),
        .testTarget(
            name: "EnsemblesTests",
            dependencies: ["Ensembles", "Documents", "Tensors", "TestSupport", system]
        ),
        .testTarget(
            name: "ReuseTests",
            dependencies: [
                "Reuse", "Ensembles", "Learnware", "Specifications", "Numerics", "Tensors", "Documents", "Commands",
                "ModelRunner", "Sandbox", "Packaging", "TestSupport", system,
            ]
        ),
        .testTarget(name: "LaunchPlanTests", dependencies: ["LaunchPlan"]),
        .testTarget(name: "PackagingTests", dependencies: ["Packaging", "CZlib", "Documents", "TestSupport", system]),
        .target(name: "TestSupport", dependencies: [system], path: "Tests/Support"),
        .testTarget(
            name: "SandboxPolicyTests",
            dependencies: ["SandboxPolicy", "LaunchPlan", "Documents"],
            exclude: ["Golden"]
        ),
        .testTarget(
            name: "SandboxTests",
            dependencies: ["Sandbox", "SandboxPolicy", "LaunchPlan", "CSeccomp", "CLinux", "TestSupport", system]
        ),
        .testTarget(
            name: "PredictProtocolTests",
            dependencies: ["PredictProtocol", "Tensors", "Documents", "TestSupport"],
            exclude: ["Corpus"]
        ),
        .testTarget(
            name: "ModelRunnerTests",
            dependencies: ["ModelRunner", "Sandbox", "Packaging", "Tensors", "Documents", "TestSupport", system]
        ),
        .testTarget(name: "MarketTests", dependencies: ["Market", "Packaging", "Documents", "TestSupport", system]),
        .testTarget(
            name: "CommandsTests",
            dependencies: ["TestSupport", "Tensors", "Documents", system]
        ),
        .testTarget(
            name: "TensorsTests",
            dependencies: ["Tensors", "Documents", "TestSupport", system],
            exclude: ["Fixtures"]
        ),
    ],
    swiftLanguageModes: [.v6]
)

/// Without Swift's runtime, which costs a launch a quarter of its time: a megabyte that is mostly tables, no metadata made
/// at run time, half the pages touched.
var embedded: [SwiftSetting] {
    [
        .enableExperimentalFeature("Embedded"),
        .unsafeFlags(["-wmo", "-module-alias", "LaunchPlan=EmbeddedLaunchPlan"]),
    ]
}

/// Needs nothing of the host's once it runs; without Swift's start files, nothing of its runtime is linked in.
var staticExecutable: [LinkerSetting] {
    [.unsafeFlags(["-static-executable", "-nostartfiles"])]
}

var system: Target.Dependency { .product(name: "SystemPackage", package: "swift-system") }
var crypto: Target.Dependency { .product(name: "Crypto", package: "swift-crypto") }

/// `make install` brings the Swift libraries along, for users and machines that cannot read the toolchain's.
var installedLibraries: [LinkerSetting] {
    [.unsafeFlags(["-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../lib/learnware"])]
}

for target in package.targets where target.type != .system {
    var settings = target.swiftSettings ?? []
    settings += [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]
    // Warnings fail CI only: a newer compiler must not keep a user from building.
    if Context.environment["CI"] == "true" {
        settings.append(.treatAllWarnings(as: .error))
    }
    target.swiftSettings = settings
}
