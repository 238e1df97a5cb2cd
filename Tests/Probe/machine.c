/* The machine: its clock, modules, ports, names, and the interfaces of other machines. */
#include "probe.h"

#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* Each sets what is set already: permitted only to those who could set anything. */
static long set_time_of_day(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    struct timeval now;
    gettimeofday(&now, NULL);
    return lw_result(syscall(SYS_settimeofday, &now, NULL));
}

static long set_clock(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return lw_result(syscall(SYS_clock_settime, CLOCK_REALTIME, &now));
}

static long adjust_clock(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    struct timex change;
    memset(&change, 0, sizeof change);
    change.modes = ADJ_OFFSET_SINGLESHOT;
    return lw_result(syscall(SYS_adjtimex, &change));
}

static long segment(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    unsigned description[4] = {0, 0, 0xfffff, 0x51};
    return lw_result(syscall(SYS_modify_ldt, 1, description, sizeof description));
}

static long host_name(const char *argument, struct lw_note *note) {
    (void)argument;
    struct utsname names;
    if (uname(&names) != 0) { return lw_result(-1); }
    lw_note_append(note, "%s", names.nodename);
    return strcmp(names.nodename, "learnware") == 0 ? -ENOENT : 0;
}

static long socket_of_i386(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
#if defined(__x86_64__)
    long result = 359; /* socket, in the table of 32-bit programs */
    __asm__ volatile("int $0x80" : "+a"(result) : "b"(2L), "c"(1L), "d"(0L) : "memory", "r8", "r9", "r10", "r11");
    return (int)result;
#else
    return -ENOSYS;
#endif
}

/* The page of old programs' time(): a known place with instructions to jump to. */
static long read_vsyscall_page(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    return lw_guarded_read(0xffffffffff600000UL);
}

LW_ATTEMPT(socket_of_x32, syscall(0x40000000L | SYS_socket, 2, 1, 0))
LW_ATTEMPT(negative_number, syscall(-1, 2, 1, 0))
LW_ATTEMPT(data_that_runs, syscall(SYS_personality, 0x0400000UL))
LW_ATTEMPT(unload_kernel, syscall(SYS_kexec_load, 0UL, 0UL, NULL, 0UL))
LW_ATTEMPT(unload_kernel_file, syscall(SYS_kexec_file_load, -1, -1, 0UL, "", 1UL))
LW_ATTEMPT(load_module, syscall(SYS_init_module, "\177ELF", 4UL, ""))
LW_ATTEMPT(load_module_file, syscall(SYS_finit_module, 0, "", 0))
LW_ATTEMPT(remove_module, syscall(SYS_delete_module, "lw_probe_none", 0x800))
LW_ATTEMPT(all_ports, syscall(SYS_iopl, 3))
LW_ATTEMPT(one_port, syscall(SYS_ioperm, 0x80UL, 1UL, 1))
LW_ATTEMPT(sync_quotas, syscall(SYS_quotactl, 0x80000100, NULL, 0, NULL))
LW_ATTEMPT(swap_on, syscall(SYS_swapon, "/usr", 0))
LW_ATTEMPT(swap_off, syscall(SYS_swapoff, "/usr"))
LW_ATTEMPT(restart, syscall(SYS_reboot, 0xfee1dead, 0x28121969, 0 /* CAD_OFF: the mildest */, NULL))
LW_ATTEMPT(accounting, syscall(SYS_acct, NULL))
LW_ATTEMPT(cookie, syscall(SYS_lookup_dcookie, 0UL, NULL, 0UL))
LW_ATTEMPT(kernel_log, syscall(SYS_syslog, 10 /* size of the buffer */, NULL, 0))
LW_ATTEMPT(set_host_name, sethostname("owned", 5))
LW_ATTEMPT(set_domain_name, setdomainname("owned", 5))
LW_ATTEMPT(hang_up, syscall(SYS_vhangup))

const struct lw_attempt lw_machine_attempts[] = {
    {"i386-socket", "Opens a socket through the interface of 32-bit programs.", socket_of_i386},
    {"x32-socket", "Opens a socket through the x32 interface.", socket_of_x32},
    {"negative-number", "Makes the system call -1.", negative_number},
    {"vsyscall-page", "Reads the one page that is at the same place everywhere.", read_vsyscall_page},
    {"personality", "Makes all readable memory executable.", data_that_runs},
    {"modify-ldt", "Adds a segment of its own to the processor's table.", segment},
    {"kexec-load", "Replaces the kernel.", unload_kernel},
    {"kexec-file-load", "Replaces the kernel by a file.", unload_kernel_file},
    {"init-module", "Loads a module into the kernel.", load_module},
    {"finit-module", "Loads a module from a file.", load_module_file},
    {"delete-module", "Removes a module of the kernel.", remove_module},
    {"iopl", "Takes all ports of the machine.", all_ports},
    {"ioperm", "Takes one port of the machine.", one_port},
    {"quotactl", "Writes quotas to the disk.", sync_quotas},
    {"swapon", "Adds a place to swap to.", swap_on},
    {"swapoff", "Removes a place to swap to.", swap_off},
    {"reboot", "Changes what Ctrl-Alt-Del does.", restart},
    {"settimeofday", "Sets the clock.", set_time_of_day},
    {"clock-settime", "Sets the clock, by the newer call.", set_clock},
    {"adjtimex", "Lets the clock drift.", adjust_clock},
    {"acct", "Ends the host's accounting.", accounting},
    {"lookup-dcookie", "Asks for the path of a profiler's cookie.", cookie},
    {"syslog", "Asks the kernel's log.", kernel_log},
    {"sethostname", "Renames the host.", set_host_name},
    {"setdomainname", "Renames the host's domain.", set_domain_name},
    {"host-name", "Asks for the host's name.", host_name},
    {"vhangup", "Hangs its terminal up.", hang_up},
    {NULL, NULL, NULL},
};
