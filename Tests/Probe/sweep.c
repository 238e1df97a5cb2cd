/* Calls by their numbers: all of them, or those of which a test says the arguments. */
#include "probe.h"

#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static sigjmp_buf before_call;

static void go_back(int signal) { siglongjmp(before_call, signal); }

static void guard(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = go_back;
    action.sa_flags = SA_NODEFER;
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    sigaction(SIGSYS, &action, NULL);
    /* How the kernel answers uretprobe, which passes every filter by, to those who are no probe of its own. */
    sigaction(SIGILL, &action, NULL);
}

static long raw_call(long number, const unsigned long arguments[6]) {
#if defined(__x86_64__)
    long result;
    register unsigned long fourth __asm__("r10") = arguments[3];
    register unsigned long fifth __asm__("r8") = arguments[4];
    register unsigned long sixth __asm__("r9") = arguments[5];
    /* Not by `syscall`: errno is thread-local, and a call may have moved the thread's pointer. */
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(arguments[0]), "S"(arguments[1]), "d"(arguments[2]), "r"(fourth), "r"(fifth),
                       "r"(sixth)
                     : "rcx", "r11", "memory");
    return result;
#else
    long result = syscall(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
    return lw_result(result);
#endif
}

long lw_guarded_call(long number, const unsigned long arguments[6]) {
    guard();
    int signal = sigsetjmp(before_call, 1);
    if (signal != 0) { return signal == SIGSYS ? -ENOSYS : -EFAULT; }
    return raw_call(number, arguments);
}

long lw_guarded_read(unsigned long address) {
    guard();
    if (sigsetjmp(before_call, 1) != 0) { return -EFAULT; }
    return *(const volatile unsigned char *)address;
}

static long error_of(long result) { return result < 0 && result >= -4095 ? -result : 0; }

static void print_line(const char *text) {
    if (write(1, text, strlen(text)) < 0) { _exit(70); }
}

/* These cannot be survived, whatever the arguments; the attack tests make each of them another way. */
static const char *reason_to_skip(long number) {
    switch (number) {
    case SYS_rt_sigreturn: return "takes its state from the stack; every handler that returns makes it";
    case SYS_exit: return "ends the thread; every program that ends makes it or exit_group";
    case SYS_exit_group: return "ends the process; every program that ends makes it";
    default: return NULL;
    }
}

static int is_among(long number, int count, char **numbers) {
    for (int index = 0; index < count; index++) {
        if (strtol(numbers[index], NULL, 10) == number) { return 1; }
    }
    return 0;
}

int lw_syscall_sweep(int count, char **skipped) {
    /* Neither a descriptor, nor a pointer, nor a set of flags, nor a process. */
    static const unsigned long nothing[6] = {~0UL, ~0UL, ~0UL, ~0UL, ~0UL, ~0UL};
    for (long number = 0; number < 512; number++) {
        char line[160];
        const char *reason = reason_to_skip(number);
        if (reason != NULL) {
            snprintf(line, sizeof line, "%ld skipped %s\n", number, reason);
        } else if (is_among(number, count, skipped)) {
            snprintf(line, sizeof line, "%ld skipped asked\n", number);
        } else {
            snprintf(line, sizeof line, "%ld %ld\n", number, error_of(lw_guarded_call(number, nothing)));
        }
        print_line(line);
    }
    return 0;
}

/* A call as words: the number, then up to six arguments; 0 stands for those that are left out. */
static int answer(int count, char **words) {
    if (count < 1 || count > 7) { return 2; }
    unsigned long arguments[6] = {0};
    for (int index = 1; index < count; index++) { arguments[index - 1] = strtoul(words[index], NULL, 0); }
    char line[32];
    snprintf(line, sizeof line, "%ld\n", error_of(lw_guarded_call(strtol(words[0], NULL, 0), arguments)));
    print_line(line);
    return 0;
}

int lw_rule_check(int count, char **words) { return answer(count, words); }

int lw_rule_check_many(void) {
    char line[512];
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *words[8];
        int count = 0;
        for (char *word = strtok(line, " \n"); word != NULL && count < 8; word = strtok(NULL, " \n")) {
            words[count++] = word;
        }
        if (answer(count, words) != 0) { return 2; }
    }
    return 0;
}
