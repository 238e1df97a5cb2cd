#pragma once
#include <zlib.h>

// zlib's two initialisers are macros, which Swift does not see. A negative window size means neither header nor
// trailer around the deflated bytes, as zips hold them; 32 added to it mean those of zlib or gzip, whichever are there.
static inline int lw_inflate_begin(z_stream *stream, int window_bits) { return inflateInit2(stream, window_bits); }
static inline int lw_deflate_begin(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
}

// glibc hides this one unless _GNU_SOURCE is set before the first header, which a module cannot do.
extern int renameat2(int old_folder, const char *old_name, int new_folder, const char *new_name, unsigned int flags);

// renameat2(2) with RENAME_NOREPLACE: plain rename(2) would replace an empty folder without a word.
static inline int lw_rename_to_new(int folder, const char *old_name, const char *new_name) {
    return renameat2(folder, old_name, folder, new_name, 1u);
}
