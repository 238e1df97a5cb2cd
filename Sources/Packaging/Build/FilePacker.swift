/// Packs the files of a folder into a zip, on several threads, in the order of their names.
///
/// A file is deflated when that is worth it and stored otherwise. Small ones are packed whole, several at a time; of
/// a large one, several pieces at a time.
struct FilePacker {
    let source: SourceFolder
    let pace: Pace

    /// Files up to this size are deflated if that saves anything at all.
    private static let smallFile = 64 << 10
    /// Files up to this size are too small to be bombs, however many there are.
    private static let block = 4096
    /// After so many pieces of a file that do not shrink, the rest is not tried.
    private static let patience = 16

    func pack(_ files: ArraySlice<SourceFolder.File>, into writer: inout ZipWriter) throws(PackageError) {
        var rest = files
        while let first = rest.first {
            if Self.isSmall(first) {
                let batch = rest.prefix(while: Self.isSmall)
                try packSmall(batch, into: &writer)
                rest = rest[batch.endIndex...]
            } else {
                try packLarge(first, into: &writer)
                rest = rest.dropFirst()
            }
        }
    }

    private static func isSmall(_ file: SourceFolder.File) -> Bool {
        file.size <= ChunkPacker.size
    }

    private func packSmall(
        _ files: ArraySlice<SourceFolder.File>,
        into writer: inout ZipWriter
    ) throws(PackageError) {
        let start = files.startIndex
        try run(files.count) { (index, packer) throws(PackageError) in
            let input = try source.open(files[start + index])
            guard input.size > 0 else { return ChunkPacker.Chunk(bytes: [], checksum: 0, size: 0, isDeflated: false) }
            let chunk = try packer.deflated(0, of: input)
            if Self.isWorthwhile(chunk.bytes.count, of: input.size) { return chunk }
            return try ChunkPacker.stored(0, of: input)
        } take: { (index, chunk) throws(PackageError) in
            var entry = writer.begin(files[start + index])
            try writer.append(chunk, to: &entry)
            try writer.finish(entry)
            pace.advance(chunk.size)
            return true
        }
    }

    private func packLarge(_ file: SourceFolder.File, into writer: inout ZipWriter) throws(PackageError) {
        let input = try source.open(file)
        let count = ChunkPacker.count(in: file.size)
        var entry = writer.begin(file)
        var done = 0
        try run(count) { (index, packer) throws(PackageError) in
            try packer.deflated(index, of: input)
        } take: { (index, chunk) throws(PackageError) in
            try writer.append(chunk, to: &entry)
            done += chunk.size
            pace.advance(chunk.size)
            return index + 1 < Self.patience || Self.isWorthwhile(entry.packedSize, of: done)
        }
        if done < file.size || !Self.isWorthwhile(entry.packedSize, of: file.size) {
            entry = writer.begin(file)
            var counted = done
            try run(count) { (index, _) throws(PackageError) in
                try ChunkPacker.stored(index, of: input)
            } take: { (_, chunk) throws(PackageError) in
                try writer.append(chunk, to: &entry)
                // What the first attempt went through is not counted twice.
                pace.advance(max(0, entry.packedSize - counted))
                counted = max(counted, entry.packedSize)
                return true
            }
        }
        try writer.finish(entry)
    }

    /// Whether packing saved enough, and not so much that readers would take the entry for a bomb.
    private static func isWorthwhile(_ packed: Int, of size: Int) -> Bool {
        let limits = ArchiveLimits.standard
        if size > block, size / limits.ratio >= packed { return false }
        return size > smallFile ? packed <= size / 100 * 95 : packed < size
    }

    private func run(
        _ count: Int,
        _ pack: @escaping @Sendable (Int, borrowing ChunkPacker) throws(PackageError) -> ChunkPacker.Chunk,
        take: (Int, ChunkPacker.Chunk) throws(PackageError) -> Bool
    ) throws(PackageError) {
        let worker = { @Sendable (pipeline: Workers.Pipeline<ChunkPacker.Chunk>) in
            let packer: ChunkPacker
            do throws(PackageError) {
                packer = try ChunkPacker()
            } catch {
                while let index = pipeline.next() { pipeline.put(.failure(error), at: index) }
                return
            }
            while let index = pipeline.next() {
                do throws(PackageError) {
                    pipeline.put(.success(try pack(index, packer)), at: index)
                } catch {
                    pipeline.put(.failure(error), at: index)
                }
            }
        }
        try Workers.inOrder(count, worker: worker, take: take)
    }
}
