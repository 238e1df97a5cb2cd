/// Names that people write into requirement files and that pip does not mean what they mean by.
enum ImportNames {
    /// What a name should be.
    struct Correction {
        let name: String
        /// True where the package index has another, empty or unrelated project of the wrong name that installs.
        let installsSomething: Bool
    }

    /// By normalised name.
    static let corrections: [String: Correction] = [
        "sklearn": .init(name: "scikit-learn", installsSomething: false),
        "scikitlearn": .init(name: "scikit-learn", installsSomething: false),
        "cv2": .init(name: "opencv-python-headless", installsSomething: false),
        "opencv": .init(name: "opencv-python-headless", installsSomething: false),
        "pil": .init(name: "pillow", installsSomething: false),
        "yaml": .init(name: "pyyaml", installsSomething: false),
        "skimage": .init(name: "scikit-image", installsSomething: false),
        "pytorch": .init(name: "torch", installsSomething: false),
        "dateutil": .init(name: "python-dateutil", installsSomething: false),
        "bs4": .init(name: "beautifulsoup4", installsSomething: true),
        "imblearn": .init(name: "imbalanced-learn", installsSomething: true),
        "umap": .init(name: "umap-learn", installsSomething: true),
        "attr": .init(name: "attrs", installsSomething: true),
        "crypto": .init(name: "pycryptodome", installsSomething: true),
        "docx": .init(name: "python-docx", installsSomething: true),
        "serial": .init(name: "pyserial", installsSomething: true),
        "jwt": .init(name: "pyjwt", installsSomething: true),
    ]

    /// Modules of the standard library whose old backports still install, and do harm or nothing.
    static let backports: Set<String> = [
        "argparse", "asyncio", "configparser", "contextvars", "dataclasses", "enum", "ipaddress", "pathlib",
        "selectors", "statistics", "typing", "uuid", "wave",
    ]

    /// Top modules of the standard library of CPython 3.9 to 3.13, normalised as names of packages are.
    static let standardLibrary: Set<String> = [
        "abc", "argparse", "array", "ast", "asyncio", "atexit", "base64", "bisect", "builtins", "bz2", "calendar",
        "cmath", "codecs", "collections", "colorsys", "concurrent", "configparser", "contextlib", "contextvars", "copy",
        "copyreg", "csv", "ctypes", "dataclasses", "datetime", "decimal", "difflib", "dis", "email", "enum", "errno",
        "fcntl", "filecmp", "fileinput", "fnmatch", "fractions", "functools", "gc", "getpass", "gettext", "glob",
        "graphlib", "gzip", "hashlib", "heapq", "hmac", "html", "http", "imaplib", "importlib", "inspect", "io",
        "ipaddress", "itertools", "json", "keyword", "linecache", "locale", "logging", "lzma", "marshal", "math",
        "mimetypes", "mmap", "multiprocessing", "numbers", "operator", "os", "pathlib", "pdb", "pickle", "pickletools",
        "pkgutil", "platform", "plistlib", "pprint", "profile", "queue", "random", "re", "resource", "sched",
        "secrets", "select", "selectors", "shelve", "shlex", "shutil", "signal", "site", "smtplib", "socket",
        "socketserver", "sqlite3", "ssl", "stat", "statistics", "string", "struct", "subprocess", "sys", "sysconfig",
        "tarfile", "tempfile", "textwrap", "threading", "time", "timeit", "tkinter", "tokenize", "traceback",
        "tracemalloc", "turtle", "types", "typing", "unicodedata", "unittest", "urllib", "uuid", "venv", "warnings",
        "wave", "weakref", "webbrowser", "xml", "zipfile", "zipimport", "zlib", "zoneinfo",
    ]
}
