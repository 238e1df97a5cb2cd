/* Typing for the person at the terminal. The descriptor is standard input, whatever it is. */
#include "probe.h"

#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

enum { type_character = 0x5412, console = 0x541c, take_terminal = 0x540e };

static char selection[] = "\3";

LW_ATTEMPT(type, syscall(SYS_ioctl, 0, (unsigned long)type_character, "x"))
LW_ATTEMPT(type_high, syscall(SYS_ioctl, 0, (1UL << 32) | type_character, "x"))
LW_ATTEMPT(paste, syscall(SYS_ioctl, 0, (unsigned long)console, selection))
LW_ATTEMPT(paste_high, syscall(SYS_ioctl, 0, (1UL << 32) | console, selection))
LW_ATTEMPT(take, syscall(SYS_ioctl, 0, (unsigned long)take_terminal, 1))
LW_ATTEMPT(session, syscall(SYS_setsid))
LW_ATTEMPT(open_own, syscall(SYS_openat, -100, "/dev/tty", 2))
LW_ATTEMPT(open_new, syscall(SYS_openat, -100, "/dev/ptmx", 2))

const struct lw_attempt lw_terminal_attempts[] = {
    {"tiocsti", "Types a character for the person at the terminal (CVE-2017-5226).", type},
    {"tiocsti-high-bits", "The same, with a bit set that the kernel ignores (CVE-2019-10063).", type_high},
    {"tioclinux", "Pastes the console's selection (CVE-2023-28100).", paste},
    {"tioclinux-high-bits", "The same, with a bit set that the kernel ignores.", paste_high},
    {"tiocsctty", "Takes the terminal from its session.", take},
    {"setsid", "Leaves its session.", session},
    {"open-tty", "Opens the terminal of its session.", open_own},
    {"open-ptmx", "Makes a terminal.", open_new},
    {NULL, NULL, NULL},
};
