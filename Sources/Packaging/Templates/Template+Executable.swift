extension Template {
    /// A static C program; its source is that of `Examples/executable-threshold`.
    ///
    /// The program is compiled with the tools and copied from their own files: a machine that runs `init` need not
    /// have a compiler, the repository holds no compiled file, and there is one source.
    static let executable = Template(
        name: "executable",
        summary: "a C program that speaks the protocol itself, without Python",
        copies: ["learnware.yaml", "Makefile", "bin/threshold", "semantic_specification.json", "src/threshold.c"]
    )
}
