#define _GNU_SOURCE
#include "include/CLinux.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

static int result(long value) { return value < 0 ? -errno : (int)value; }

static int install(unsigned long flags, const void *instructions, uint16_t length) {
    struct sock_fprog program = {length, (struct sock_filter *)instructions};
    return result(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program));
}

int lw_install_filter(const void *instructions, uint16_t length) { return install(0, instructions, length); }

int lw_install_listening_filter(const void *instructions, uint16_t length) {
    // A waiting call that a signal interrupts would come again, and be counted twice; since Linux 5.19 it waits on.
    unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
    int listener = install(flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, instructions, length);
    return listener == -EINVAL ? install(flags, instructions, length) : listener;
}

int lw_next_notification(int listener, struct lw_notification *notification) {
    // A newer kernel may know a longer structure, and asks that all of it be zero.
    union {
        struct seccomp_notif notif;
        char room[512];
    } request;
    memset(&request, 0, sizeof request);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request) < 0) return -errno;
    notification->id = request.notif.id;
    notification->pid = request.notif.pid;
    notification->number = (uint32_t)request.notif.data.nr;
    notification->architecture = request.notif.data.arch;
    for (int index = 0; index < 6; index++) notification->arguments[index] = request.notif.data.args[index];
    return 0;
}

int lw_deny(int listener, uint64_t id, int error) {
    union {
        struct seccomp_notif_resp response;
        char room[512];
    } answer;
    memset(&answer, 0, sizeof answer);
    answer.response.id = id;
    answer.response.error = -error;
    return result(ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer));
}

bool lw_notification_waits(int listener, uint64_t id) {
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

int lw_read_text(pid_t pid, uint64_t address, char *buffer, size_t size) {
    size_t length = 0;
    while (length < size) {
        // A page at a time: the next one may not be there.
        size_t room = 4096 - (size_t)((address + length) & 4095);
        if (room > size - length) room = size - length;
        struct iovec here = {buffer + length, room};
        struct iovec there = {(void *)(uintptr_t)(address + length), room};
        ssize_t count = process_vm_readv(pid, &here, 1, &there, 1, 0);
        if (count <= 0) return length ? (int)length : (count < 0 ? -errno : 0);
        char *end = memchr(buffer + length, 0, (size_t)count);
        if (end) return (int)(end - buffer);
        length += (size_t)count;
    }
    return (int)length;
}
