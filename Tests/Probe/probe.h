/* lw-probe: tries one forbidden thing for real and says what came of it. Only tests run it. */
#ifndef LW_PROBE_H
#define LW_PROBE_H

#include <errno.h>
#include <stddef.h>

/* Room for what an attempt has to say beside its error number. */
struct lw_note {
    char text[512];
};

/* One forbidden thing. */
struct lw_attempt {
    const char *name;
    const char *sentence;
    /* 0 or more when it was done, -errno when it was refused. `argument` is the command line's, or our own path. */
    long (*run)(const char *argument, struct lw_note *note);
};

/* A table that ends with an entry without a name. */
extern const struct lw_attempt lw_socket_attempts[];
extern const struct lw_attempt lw_process_attempts[];
extern const struct lw_attempt lw_namespace_attempts[];
extern const struct lw_attempt lw_mount_attempts[];
extern const struct lw_attempt lw_kernel_attempts[];
extern const struct lw_attempt lw_machine_attempts[];
extern const struct lw_attempt lw_identity_attempts[];
extern const struct lw_attempt lw_limit_attempts[];
extern const struct lw_attempt lw_channel_attempts[];
extern const struct lw_attempt lw_terminal_attempts[];
extern const struct lw_attempt lw_path_attempts[];
extern const struct lw_attempt lw_file_attempts[];
extern const struct lw_attempt lw_outlook_attempts[];
/* These do not return by themselves. */
extern const struct lw_attempt lw_resource_attempts[];

/* What a C library's wrapper or `syscall` returned, as an attempt returns it. */
static inline long lw_result(long returned) { return returned < 0 ? -(long)errno : returned; }

/* Defines an attempt that is one expression, which sets errno when it is below 0. */
#define LW_ATTEMPT(function, expression)                                                                               \
    static long function(const char *argument, struct lw_note *note) {                                                 \
        (void)argument;                                                                                                \
        (void)note;                                                                                                    \
        return lw_result(expression);                                                                                  \
    }

void lw_note_append(struct lw_note *note, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The line of JSON that an attempt ends with; written by one `write`, since tables of streams may be closed. */
void lw_print_outcome(const char *name, long outcome, const struct lw_note *note);

/* One system call with the kernel's own answer; a fault is answered as -EFAULT instead of ending the process. */
long lw_guarded_call(long number, const unsigned long arguments[6]);

/* Reads a byte at an address; -EFAULT where there is none to read. */
long lw_guarded_read(unsigned long address);

/* `syscall-sweep [NUMBER…]`: every number from 0 to 511 except those named; one line each. */
int lw_syscall_sweep(int count, char **skipped);

/* `rule-check NR a0 … a5`, and the same from lines of standard input; the answers are error numbers. */
int lw_rule_check(int count, char **words);
int lw_rule_check_many(void);

#endif
