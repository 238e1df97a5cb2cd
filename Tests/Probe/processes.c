/* Other processes: tracing them, reading them, signalling them, making more of them. */
#include "probe.h"

#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* Ignored by default and permitted only where SIGKILL is: it proves as much and leaves the tester alive. */
enum { harmless = SIGURG };

LW_ATTEMPT(trace_me, ptrace(PTRACE_TRACEME, 0, 0, 0))
LW_ATTEMPT(attach, ptrace(PTRACE_ATTACH, 1, 0, 0))
LW_ATTEMPT(seize, ptrace(PTRACE_SEIZE, 1, 0, 0))
LW_ATTEMPT(open_process, syscall(SYS_pidfd_open, 1, 0))
LW_ATTEMPT(get_descriptor, syscall(SYS_pidfd_getfd, syscall(SYS_pidfd_open, 1, 0), 0, 0))
LW_ATTEMPT(signal_descriptor, syscall(SYS_pidfd_send_signal, syscall(SYS_pidfd_open, 1, 0), harmless, 0, 0))
LW_ATTEMPT(kill_init, kill(1, harmless))
LW_ATTEMPT(kill_parent, kill(getppid(), harmless))
LW_ATTEMPT(kill_everybody, kill(-1, harmless))
LW_ATTEMPT(kill_group, kill(0, harmless))
LW_ATTEMPT(signal_thread_of_init, syscall(SYS_tgkill, 1, 1, harmless))
LW_ATTEMPT(signal_any_thread, syscall(SYS_tkill, 1, harmless))
LW_ATTEMPT(compare, syscall(SYS_kcmp, getpid(), 1, 0, 0, 0))
LW_ATTEMPT(release, syscall(SYS_process_mrelease, syscall(SYS_pidfd_open, 1, 0), 0))
LW_ATTEMPT(advise, syscall(SYS_process_madvise, syscall(SYS_pidfd_open, 1, 0), 0, 0, 21, 0))

static long memory_of_init(long number) {
    char byte = 0;
    struct iovec here = {&byte, 1};
    /* Where a program that is not position independent begins, and where any has something to read and write. */
    struct iovec there = {(void *)0x400000, 1};
    return lw_result(syscall(number, 1, &here, 1UL, &there, 1UL, 0UL));
}

LW_ATTEMPT(read_memory, (errno = 0, memory_of_init(SYS_process_vm_readv)))
LW_ATTEMPT(write_memory, (errno = 0, memory_of_init(SYS_process_vm_writev)))

static long queue_signal(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    siginfo_t info;
    memset(&info, 0, sizeof info);
    info.si_signo = harmless;
    info.si_code = SI_QUEUE;
    return lw_result(syscall(SYS_rt_sigqueueinfo, 1, harmless, &info));
}

/* abort() needs SIGABRT, and no filter can tell whose thread a number names: the kernel guards init. */
static long abort_init(const char *argument, struct lw_note *note) {
    (void)argument;
    long result = lw_result(syscall(SYS_tgkill, 1, 1, SIGABRT));
    if (result < 0) { return result; }
    poll(NULL, 0, 100);
    lw_note_append(note, "the signal was sent, and this process outlived it");
    return -ECANCELED;
}

static long child_or_refusal(long process) {
    if (process == 0) { _exit(0); }
    if (process > 0) { waitpid((pid_t)process, NULL, 0); }
    return lw_result(process);
}

static long fork_by_number(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    return child_or_refusal(syscall(SYS_fork));
}

static long fork_sharing_memory(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    pid_t process = vfork();
    if (process == 0) { _exit(0); }
    return lw_result(process);
}

static long clone_process(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    return child_or_refusal(syscall(SYS_clone, (long)SIGCHLD, 0L, 0L, 0L, 0L));
}

static long clone_with_structure(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    struct clone_args arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.exit_signal = SIGCHLD;
    return child_or_refusal(syscall(SYS_clone3, &arguments, sizeof arguments));
}

const struct lw_attempt lw_process_attempts[] = {
    {"ptrace-traceme", "Asks to be traced by its parent.", trace_me},
    {"ptrace-attach", "Attaches to process 1 as a debugger does.", attach},
    {"ptrace-seize", "Seizes process 1 without stopping it.", seize},
    {"process-vm-readv", "Reads the memory of process 1.", read_memory},
    {"process-vm-writev", "Writes to the memory of process 1.", write_memory},
    {"pidfd-open", "Opens process 1.", open_process},
    {"pidfd-getfd", "Takes a descriptor from process 1.", get_descriptor},
    {"pidfd-send-signal", "Signals process 1 by its descriptor.", signal_descriptor},
    {"kill-init", "Signals process 1.", kill_init},
    {"kill-parent", "Signals its parent.", kill_parent},
    {"kill-everybody", "Signals every process that it may.", kill_everybody},
    {"kill-group", "Signals its process group.", kill_group},
    {"tgkill", "Signals a thread of process 1.", signal_thread_of_init},
    {"tgkill-abort-init", "Sends process 1 the one signal that abort() needs.", abort_init},
    {"tkill", "Signals a thread by its number alone.", signal_any_thread},
    {"rt-sigqueueinfo", "Signals process 1 with a forged sender.", queue_signal},
    {"kcmp", "Compares its kernel objects with those of process 1.", compare},
    {"process-mrelease", "Releases the memory of process 1.", release},
    {"process-madvise", "Pages out the memory of process 1.", advise},
    {"fork", "Makes a process.", fork_by_number},
    {"vfork", "Makes a process that shares its memory.", fork_sharing_memory},
    {"clone-process", "Makes a process by clone.", clone_process},
    {"clone3", "Makes a process by the call whose flags no filter can see.", clone_with_structure},
    {NULL, NULL, NULL},
};
