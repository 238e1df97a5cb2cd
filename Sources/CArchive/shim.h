#pragma once
#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

// glibc hides this one unless _GNU_SOURCE is set before the first header, which a module cannot do.
extern int renameat2(int old_folder, const char *old_name, int new_folder, const char *new_name, unsigned int flags);

// renameat2(2) with RENAME_NOREPLACE: plain rename(2) would replace an empty folder without a word.
static inline int lw_rename_to_new(int folder, const char *old_name, const char *new_name) {
    return renameat2(folder, old_name, folder, new_name, 1u);
}
