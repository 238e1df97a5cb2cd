import Foundation
import SystemPackage
import TestSupport
import Testing

/// Programs as learnwares: the one of `docs/write-a-runner.md`, and what the sandbox shows and refuses such programs.
@Suite(.serialized) struct ExecutableTests {
    private let scratch: Scratch
    private let zip: String
    private let page: String

    init() throws {
        scratch = try Scratch()
        zip = scratch.appending("m.zip")
        let path = Checkout.root.appending("docs/write-a-runner.md").string
        page = try String(contentsOfFile: path, encoding: .utf8)
        try scratch.write("m/learnware.yaml", Self.block("yaml", of: page))
    }

    /// What stands in the page's first block of a language.
    private static func block(_ language: String, of page: String) throws -> String {
        let begin = try #require(page.range(of: "\n```\(language)\n")?.upperBound)
        let end = try #require(page[begin...].range(of: "\n```\n")?.lowerBound)
        return page[begin..<end] + "\n"
    }

    private func compile(_ source: String, _ options: [String] = ["-static"]) throws {
        let file = try scratch.write("runner.c", source)
        let script = "command -v cc > /dev/null && exec cc \"$@\"; exec clang \"$@\""
        let flags = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-O2", "-o", scratch.appending("m/runner"), file]
        let made = try Tool.run("/bin/sh", ["-c", script, "sh"] + options + flags)
        #expect(made.status == 0, "\(made.errors)")
    }

    private func build() throws -> ToolResult {
        try Tool.run("lw-pack", ["build", scratch.appending("m"), "-o", zip])
    }

    private func predict(_ data: String) throws -> ToolResult {
        try Tool.run(
            "lw-run",
            ["predict", zip, "--input", try scratch.write("X.csv", data), "--progress", "quiet"],
            environment: ["XDG_CACHE_HOME": Checkout.cache.string]
        )
    }

    @Test func theRunnerOfThePagePredicts() throws {
        let source = try Self.block("c", of: page)
        #expect(source.split(separator: "\n", omittingEmptySubsequences: false).count - 1 <= 60)
        try compile(source)
        let built = try build()
        #expect(built.status == 0, "\(built.errors)")
        #expect(!built.errors.contains("loader"))
        // By name: the file has them in another order.
        let result = try predict("weight,length,width,height\n1,2,4,8\n0.5,0,0,0\n")
        #expect(result.output == "y\n9.0\n10.5\n", "\(result.errors)")
        let wrong = try predict("weight,length,width\n1,2,4\n")
        #expect(wrong.status == 4)
    }

    /// The page's program with another model: how many of these it can see.
    @Test func aProgramSeesItsPackageAndNothingElse() throws {
        let looks = """
            static double model(const double *x) {
                const char *paths[] = {"/lw/env", "/lw/runner", "/usr", "/lib", "/lib64", "/bin", "/etc", "/proc", "/sys",
                                       "/tmp", "/dev/shm", "/home", "/root", "/lw/package/learnware.yaml", "/dev/null"};
                double seen = 0;
                for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) seen += access(paths[i], F_OK) == 0;
                const char *variables[] = {"LD_LIBRARY_PATH", "PYTHONPATH", "USER", "XDG_CACHE_HOME", "SSH_AUTH_SOCK"};
                for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) seen += 100 * (getenv(variables[i]) != 0);
                return seen + 0 * *x;
            }
            """
        let source = try Self.block("c", of: page).split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.hasPrefix("static double model") ? looks : String($0)
        }
        try compile("#define _GNU_SOURCE\n#include <unistd.h>\n" + source.joined(separator: "\n"))
        #expect(try build().status == 0)
        // Its own file, and /dev/null.
        let result = try predict("1,2,3,4\n")
        #expect(result.output == "2.0\n", "\(result.errors)")
    }

    @Test func aProgramThatNeedsALoaderIsToldSoBeforeItIsStarted() throws {
        try compile(try Self.block("c", of: page), [])
        let built = try build()
        #expect(built.errors.contains("it needs the loader /lib"), "\(built.errors)")
        let result = try predict("1,2,3,4\n")
        #expect(result.status == 7)
        #expect(result.errors.hasPrefix("error: 'runner' cannot be run: it needs the loader /lib"), "\(result.errors)")
        #expect(result.errors.contains("link it statically"))
    }

    /// Other packers lose the modes of files; what is no program at all is the kernel's to say.
    @Test func anEntryThatIsNoProgramIsTold() throws {
        try compile(try Self.block("c", of: page))
        let pack = """
            import os, sys, zipfile
            with zipfile.ZipFile(sys.argv[1], 'w') as target:
                for name in os.listdir(sys.argv[2]):
                    target.writestr(zipfile.ZipInfo(name), open(os.path.join(sys.argv[2], name), 'rb').read())
            """
        let packed = try Tool.run("/usr/bin/python3", ["-c", pack, zip, scratch.appending("m")])
        #expect(packed.status == 0, "\(packed.errors)")
        let modeless = try predict("1,2,3,4\n")
        #expect(modeless.status == 7)
        #expect(modeless.errors.contains("the zip does not say that it is executable"), "\(modeless.errors)")
        try scratch.write("m/runner", "no program", mode: 0o755)
        #expect(try build().status == 0)
        let text = try predict("1,2,3,4\n")
        #expect(text.status == 7)
        #expect(text.errors.contains("cannot be executed"), "\(text.errors)")
    }
}
