/* lw-probe NAME [ARGUMENT] | list | all | syscall-sweep | rule-check | rule-check-many */
#include "probe.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct lw_attempt *const returning[] = {
    lw_socket_attempts,   lw_process_attempts, lw_namespace_attempts, lw_mount_attempts,   lw_kernel_attempts,
    lw_machine_attempts,  lw_identity_attempts, lw_limit_attempts,    lw_channel_attempts, lw_terminal_attempts,
    lw_path_attempts,     lw_file_attempts,    lw_outlook_attempts,   NULL,
};
static const struct lw_attempt *const endless[] = {lw_resource_attempts, NULL};

void lw_note_append(struct lw_note *note, const char *format, ...) {
    size_t length = strlen(note->text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(note->text + length, sizeof note->text - length, format, arguments);
    va_end(arguments);
}

void lw_print_outcome(const char *name, long outcome, const struct lw_note *note) {
    char detail[sizeof note->text];
    size_t length = 0;
    for (const char *at = note->text; *at != 0 && length + 1 < sizeof detail; at++) {
        /* No host has a text in our output that needs an escape; those that would are shown as '?'. */
        detail[length++] = (*at >= 0x20 && *at < 0x7f && *at != '"' && *at != '\\') ? *at : '?';
    }
    detail[length] = 0;
    char line[1024];
    int size = snprintf(
        line, sizeof line, "{\"attack\": \"%s\", \"result\": \"%s\", \"errno\": %ld, \"detail\": \"%s\"}\n", name,
        outcome < 0 ? "errno" : "done", outcome < 0 ? -outcome : 0, detail
    );
    if (write(1, line, (size_t)size) < 0) { _exit(70); }
}

static const struct lw_attempt *find(const char *name, const struct lw_attempt *const tables[]) {
    for (size_t table = 0; tables[table] != NULL; table++) {
        for (const struct lw_attempt *one = tables[table]; one->name != NULL; one++) {
            if (strcmp(one->name, name) == 0) { return one; }
        }
    }
    return NULL;
}

static void list(const struct lw_attempt *const tables[]) {
    for (size_t table = 0; tables[table] != NULL; table++) {
        for (const struct lw_attempt *one = tables[table]; one->name != NULL; one++) {
            printf("%-28s %s\n", one->name, one->sentence);
        }
    }
    fflush(stdout);
}

static void attempt(const struct lw_attempt *one, const char *argument) {
    struct lw_note note = {{0}};
    long outcome = one->run(argument, &note);
    lw_print_outcome(one->name, outcome, &note);
}

static void attempt_all(const char *argument) {
    for (size_t table = 0; returning[table] != NULL; table++) {
        for (const struct lw_attempt *one = returning[table]; one->name != NULL; one++) { attempt(one, argument); }
    }
}

/* Somebody who tries this program on a machine of theirs must not lose what it would really do. */
static int is_confined(void) {
    const char *home = getenv("HOME");
    return geteuid() != 0 && getuid() != 0 && home != NULL && strcmp(home, "/nonexistent") == 0;
}

int main(int count, char **words) {
    if (count < 2) {
        fputs("usage: lw-probe NAME [ARGUMENT] | list | all | syscall-sweep [NUMBER...] |", stderr);
        fputs(" rule-check NR A0...A5 | rule-check-many\n", stderr);
        return 2;
    }
    const char *name = words[1];
    const char *argument = count > 2 ? words[2] : words[0];
    if (strcmp(name, "list") == 0) {
        list(returning);
        list(endless);
        return 0;
    }
    /* What `execveat` and set-user-id copies start. */
    if (strcmp(name, "was-executed") == 0) {
        struct lw_note note = {{0}};
        lw_print_outcome(argument, 0, &note);
        return 0;
    }
    if (!is_confined()) {
        fputs("error: this program does harm for real; it runs only inside lw-sandbox\n", stderr);
        return 2;
    }
    if (strcmp(name, "syscall-sweep") == 0) { return lw_syscall_sweep(count - 2, words + 2); }
    if (strcmp(name, "rule-check") == 0) { return lw_rule_check(count - 2, words + 2); }
    if (strcmp(name, "rule-check-many") == 0) { return lw_rule_check_many(); }
    if (strcmp(name, "all") == 0) {
        attempt_all(argument);
        return 0;
    }
    const struct lw_attempt *one = find(name, returning);
    if (one == NULL) { one = find(name, endless); }
    if (one == NULL) {
        fprintf(stderr, "error: there is no attack '%s'; 'lw-probe list' names them\n", name);
        return 2;
    }
    attempt(one, argument);
    return 0;
}
