/// What conda's package names are to those who install wheels.
enum CondaNames {
    /// What becomes of a package of conda.
    enum Meaning: Equatable {
        /// A part of conda or of the operating system that wheels bring themselves.
        case system
        /// A wheel; `isLonger` when its versions have one more number than conda's.
        case wheel(name: String, isLonger: Bool)
        case unknown
    }

    /// What becomes of a package whose name is given in lower case.
    static func meaning(of name: String) -> Meaning {
        if system.contains(name) || systemPrefixes.contains(where: name.hasPrefix) { return .system }
        if let wheel = renamed[name] { return .wheel(name: wheel, isLonger: longer.contains(wheel)) }
        return same.contains(Requirement.normalized(name)) ? .wheel(name: name, isLonger: false) : .unknown
    }

    /// Parts of conda, of Python and of the operating system; wheels bring their own or need none.
    private static let system: Set<String> = [
        "_libgcc_mutex", "_openmp_mutex", "_py-xgboost-mutex", "_tflow_select", "blas", "bzip2", "ca-certificates",
        "cpuonly", "cudatoolkit", "cudnn", "expat", "ffmpeg", "fontconfig", "freetype", "gmp", "icu", "intel-openmp",
        "jpeg", "lame", "lcms2", "lerc", "ld_impl_linux-64", "libblas", "libcblas", "libcxx", "libdeflate", "libexpat",
        "libffi", "libgcc", "libgcc-ng", "libgfortran-ng", "libgfortran", "libgfortran5", "libgomp", "libiconv",
        "libjpeg-turbo", "liblapack", "liblzma", "libnsl", "libopenblas", "libopencv", "libpng", "libsqlite",
        "libstdcxx", "libstdcxx-ng", "libtiff", "libuuid", "libwebp", "libwebp-base", "libxcb", "libxcrypt",
        "libxgboost", "libxml2", "libzlib", "llvm-openmp", "lz4-c", "mkl", "mkl-service", "mpc", "mpfr", "nccl",
        "ncurses", "ninja", "openblas", "openh264", "openjpeg", "openssl", "pip", "pthread-stubs", "python_abi",
        "pytorch-cuda", "pytorch-mutex", "readline", "setuptools", "sleef", "sqlite", "tbb", "tk", "tzdata", "ucrt",
        "vc", "vs2015_runtime", "wheel", "xorg-libxau", "xorg-libxdmcp", "xz", "yaml", "zlib", "zstd",
    ]
    private static let systemPrefixes = ["cuda-", "libcu", "libnv", "libabseil", "libprotobuf", "vc14_runtime"]

    /// Packages that wheels know by another name.
    private static let renamed: [String: String] = [
        "dask-core": "dask", "faiss": "faiss-cpu", "lightgbm-cpu": "lightgbm", "matplotlib-base": "matplotlib",
        "msgpack-python": "msgpack", "numpy-base": "numpy", "opencv": "opencv-python-headless",
        "opencv-python": "opencv-python-headless", "py-lightgbm": "lightgbm", "py-opencv": "opencv-python-headless",
        "py-xgboost": "xgboost", "py-xgboost-cpu": "xgboost", "pytables": "tables", "python-graphviz": "graphviz",
        "python-xxhash": "xxhash", "python-flatbuffers": "flatbuffers", "pytorch": "torch", "pytorch-cpu": "torch",
        "pytorch-gpu": "torch", "pytorch-lightning": "pytorch-lightning", "ruamel_yaml": "ruamel.yaml",
        "scikit-learn-intelex": "scikit-learn-intelex", "seaborn-base": "seaborn", "tensorflow-base": "tensorflow",
        "tensorflow-cpu": "tensorflow-cpu", "tensorflow-gpu": "tensorflow", "torch-cpu": "torch",
        "xgboost-cpu": "xgboost",
    ]
    /// opencv 4.8.0 of conda is opencv-python-headless 4.8.0.74 and others.
    private static let longer: Set<String> = ["opencv-python-headless"]

    /// Packages that conda and the Python package index know by the same name, in its normal form.
    private static let same: Set<String> = [
        "absl-py", "accelerate", "aiohttp", "annotated-types", "anyio", "arrow", "asttokens", "astunparse", "attrs",
        "autograd", "beautifulsoup4", "black", "blinker", "bokeh", "boto3", "botocore", "bottleneck", "cachetools",
        "catboost", "category-encoders", "certifi", "cffi", "chardet", "charset-normalizer", "click", "cloudpickle",
        "cmdstanpy", "colorama", "colorlog", "contourpy", "cryptography", "cvxopt", "cvxpy", "cycler", "cython", "dask",
        "datasets", "decorator", "dill", "distributed", "docopt", "ecos", "einops", "emcee", "et-xmlfile", "evaluate",
        "exceptiongroup", "fasttext", "filelock", "fire", "flask", "flatbuffers", "fonttools", "frozenlist", "fsspec",
        "future", "fuzzywuzzy", "gast", "gensim", "geopandas", "google-auth", "graphviz", "greenlet", "grpcio", "h5py",
        "hdbscan", "httpx", "huggingface-hub", "hyperopt", "idna", "imageio", "imbalanced-learn", "importlib-metadata",
        "importlib-resources", "iniconfig", "ipykernel", "ipython", "itsdangerous", "jax", "jieba", "jinja2",
        "jmespath", "joblib", "jsonschema", "jupyter", "keras", "keras-preprocessing", "kiwisolver", "langdetect",
        "lazy-loader", "levenshtein", "lightgbm", "llvmlite", "lxml", "lz4", "markdown", "markupsafe", "matplotlib",
        "matplotlib-inline", "mlxtend", "mpmath", "msgpack", "multidict", "multiprocess", "munkres", "mypy-extensions",
        "networkx", "nltk", "notebook", "numba", "numexpr", "numpy", "onnx", "onnxruntime", "openpyxl", "opt-einsum",
        "optuna", "orjson", "osqp", "packaging", "pandas", "parso", "patsy", "peft", "pillow", "platformdirs",
        "plotly", "ply", "polars", "pooch", "prophet", "protobuf", "psutil", "pyarrow", "pyasn1", "pycparser",
        "pydantic", "pydantic-core", "pygments", "pymc", "pyod", "pyparsing", "pysocks", "pytest", "python-dateutil",
        "python-dotenv", "pytorch-lightning", "pytz", "pywavelets", "pyyaml", "pyzmq", "rapidfuzz", "regex", "requests",
        "rich", "sacremoses", "safetensors", "scikit-image", "scikit-learn", "scikit-learn-intelex",
        "scikit-optimize", "scipy", "scs", "seaborn", "sentence-transformers", "sentencepiece", "shap", "six",
        "sktime", "smart-open", "soupsieve", "spacy", "sqlalchemy", "statsmodels", "sympy", "tabulate", "tenacity",
        "tensorboard", "tensorboardx", "tensorflow", "termcolor", "textblob", "thinc", "threadpoolctl", "tifffile",
        "timm", "tokenizers", "toolz", "torchaudio", "torchmetrics", "torchtext", "torchvision", "tornado", "tqdm",
        "traitlets", "transformers", "typing-extensions", "tzlocal", "umap-learn", "urllib3", "werkzeug", "wrapt",
        "xarray", "xgboost", "xlrd", "xxhash", "yarl", "zipp",
    ]
}
