import Documents

/// What an `environment.yaml` in conda's export format asks for.
public struct CondaEnvironment: Sendable {
    /// The interpreter's versions as PEP 440 writes them, such as `==3.9.*`; nil when the file names none.
    public internal(set) var pythonSpecifier: String?
    /// What is installed as Python packages: the `pip` part, and conda packages whose wheels have the same name.
    public internal(set) var requirements = RequirementList()
    /// The other dependencies, in the order of the file.
    public internal(set) var dependencies: [CondaDependency] = []

    /// Packages that the caller cannot install, because they exist only in conda's channels.
    public var notInstalled: [CondaDependency] { dependencies.filter { $0.role == .unknown } }
}

/// One dependency outside the `pip` part.
public struct CondaDependency: Hashable, Sendable {
    /// What becomes of a dependency.
    public enum Role: String, Sendable {
        /// A part of conda or of the operating system that wheels bring themselves.
        case system
        /// A Python package that is among the requirements.
        case wheel
        /// Something that only conda can install.
        case unknown
    }

    /// The name in conda's channels.
    public let name: String
    /// The version as the file gives it; empty for any.
    public let version: String
    /// What becomes of it.
    public let role: Role
    /// The line in the file, counted from 1.
    public let line: Int
}

extension CondaEnvironment {
    /// Parts of conda, of Python and of the operating system; wheels bring their own or need none.
    private static let system: Set<String> = [
        "_libgcc_mutex", "_openmp_mutex", "blas", "bzip2", "ca-certificates", "expat", "icu", "intel-openmp",
        "ld_impl_linux-64", "libblas", "libcblas", "libcxx", "libexpat", "libffi", "libgcc", "libgcc-ng",
        "libgfortran-ng", "libgfortran5", "libgomp", "liblapack", "liblzma", "libnsl", "libopenblas", "libsqlite",
        "libstdcxx", "libstdcxx-ng", "libuuid", "libxcrypt", "libzlib", "llvm-openmp", "mkl", "mkl-service",
        "ncurses", "openblas", "openssl", "pip", "python_abi", "readline", "setuptools", "sqlite", "tk", "tzdata",
        "ucrt", "vc", "vs2015_runtime", "wheel", "xz", "yaml", "zlib", "zstd",
    ]
    /// Packages that conda and the Python package index know by the same name.
    private static let wheels: Set<String> = [
        "catboost", "certifi", "charset-normalizer", "click", "cloudpickle", "cython", "dill", "filelock", "fsspec",
        "gensim", "h5py", "idna", "imbalanced-learn", "jieba", "jinja2", "joblib", "keras", "langdetect", "lightgbm",
        "markupsafe", "matplotlib", "mpmath", "networkx", "nltk", "numba", "numexpr", "numpy", "onnx", "onnxruntime",
        "packaging", "pandas", "patsy", "pillow", "psutil", "pyarrow", "python-dateutil", "pytz", "pyyaml", "regex",
        "requests", "safetensors", "scikit-image", "scikit-learn", "scipy", "seaborn", "sentence-transformers",
        "sentencepiece", "six", "statsmodels", "sympy", "tensorflow", "threadpoolctl", "tokenizers", "torchaudio",
        "torchvision", "tqdm", "transformers", "typing-extensions", "typing_extensions", "urllib3", "xgboost",
    ]

    /// Reads the text of an `environment.yaml`.
    ///
    /// - Throws: ``PackageError`` with line and column; a dependency that cannot be read is set aside instead.
    package init(parsing bytes: [UInt8], file: String) throws(PackageError) {
        let reader = DocumentReader(file: file, rule: .environment)
        let root: Node
        do {
            root = try YAML.parse(bytes)
        } catch {
            throw reader.fault(error)
        }
        _ = try reader.members(root, "the file")
        for node in try reader.elements(root["dependencies"], "dependencies") {
            if node.members != nil {
                for member in try reader.members(node, "dependencies") {
                    guard member.key == "pip" else {
                        throw reader.fault(
                            "dependencies has the unknown part '\(Printable(member.key))'",
                            at: member.position
                        )
                    }
                    try addPip(member.value, reader)
                }
            } else {
                guard let text = try reader.text(node, "an entry of dependencies") else { continue }
                addConda(text, line: node.position?.line ?? 0)
            }
        }
    }

    private mutating func addPip(_ node: Node, _ reader: DocumentReader) throws(PackageError) {
        for element in try reader.elements(node, "dependencies.pip") {
            guard let text = try reader.text(element, "an entry of dependencies.pip") else { continue }
            RequirementParser.add(text, line: element.position?.line ?? 0, to: &requirements)
        }
    }

    private mutating func addConda(_ text: String, line: Int) {
        do throws(RequirementFault) {
            let match = try CondaMatch(text)
            if match.name == "python" {
                pythonSpecifier = match.specifier.isEmpty ? nil : match.specifier
                return
            }
            var role = Self.system.contains(match.name) ? CondaDependency.Role.system : .unknown
            if Self.wheels.contains(match.name) || match.name == "learnware" {
                role = .wheel
                requirements.append(try RequirementParser.requirement(match.name + match.specifier, line: line))
            }
            dependencies.append(CondaDependency(name: match.name, version: match.version, role: role, line: line))
        } catch {
            requirements.refused.append(RefusedLine(line: line, text: text, reason: error.reason))
        }
    }
}

/// A dependency in conda's spelling: `numpy`, `numpy=1.21.2=py39h…`, `numpy >=1.20,<2`, `channel::numpy==1.21`.
struct CondaMatch {
    let name: String
    /// The version as conda spells it.
    let version: String
    /// The same as PEP 440 spells it.
    let specifier: String

    init(_ text: String) throws(RequirementFault) {
        guard text.utf8.count <= RequirementParser.longestLine else { throw RequirementFault("the line is too long") }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            throw RequirementFault("it holds characters that are not plain ASCII")
        }
        // The channel decides nothing: everything comes from the runner's index.
        var text = text[...]
        while let mark = text.firstRange(of: "::") { text = text[mark.upperBound...] }
        let end = text.firstIndex { " =<>!~[".contains($0) } ?? text.endIndex
        name = text[..<end].lowercased()
        guard !name.isEmpty, name.utf8.count <= 128,
            name.utf8.allSatisfy({ RequirementScanner.isLetterOrDigit($0) || [0x2D, 0x2E, 0x5F].contains($0) })
        else { throw RequirementFault("'\(Printable(text))' is no dependency of conda") }
        let rest = text[end...]
        guard !rest.contains("[") else { throw RequirementFault("brackets in a conda dependency are not read") }
        (version, specifier) = try Self.versions(rest.filter { $0 != " " }, spaced: String(rest))
    }

    /// - Parameters:
    ///   - text: what follows the name, without spaces.
    ///   - spaced: the same with spaces; conda also parts name, version and build by them.
    /// - Returns: the version as conda spells it, and as PEP 440 does.
    /// - Throws: ``RequirementFault`` when it is neither.
    private static func versions(
        _ text: String,
        spaced: String
    ) throws(RequirementFault) -> (version: String, specifier: String) {
        if text.isEmpty || text == "*" || text == "=*" { return ("", "") }
        if text.contains(where: { "<>!~|,".contains($0) }) {
            guard !text.contains("|") else { throw RequirementFault("'|' between conda versions is not read") }
            var scanner = RequirementScanner(text.first.map { "<>=!~".contains($0) } == true ? text : "==" + text)
            let specifier = try scanner.specifier()
            guard scanner.isAtEnd else { throw RequirementFault("'\(scanner.rest)' is no version") }
            return (text, specifier)
        }
        let words = spaced.split { $0 == " " || $0 == "=" }.map(String.init)
        guard let version = words.first, words.count <= 2 else {
            throw RequirementFault("'\(Printable(text))' is no version")
        }
        let isExact = text.hasPrefix("==") || words.count == 2
        let plain = version.hasSuffix(".*") ? String(version.dropLast(2)) : version
        guard Version.isValid(plain) else { throw RequirementFault("'\(Printable(version))' is no version") }
        // conda's single '=' means "begins with"; three numbers name one release of nearly every package.
        let isPrefix = version.hasSuffix(".*") || !isExact && plain.split(separator: ".").count < 3
        return (version, "==" + plain + (isPrefix ? ".*" : ""))
    }
}
