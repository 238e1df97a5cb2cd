/* Reaching a network, or another process by a socket. */
#include "probe.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

/* All families that Linux 6.18 has, and one more: AF_UNSPEC to AF_MCTP. */
enum { families = 46 };

static long every_family(const char *argument, struct lw_note *note) {
    (void)argument;
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET};
    long opened = 0;
    int refusal = 0;
    for (int family = 0; family < families; family++) {
        for (size_t type = 0; type < sizeof types / sizeof types[0]; type++) {
            int descriptor = socket(family, types[type], 0);
            if (descriptor < 0) {
                /* One answer for all of them, or the first that is different. */
                if (refusal == 0 || refusal == EPERM) { refusal = errno; }
                continue;
            }
            opened++;
            lw_note_append(note, "%d/%d ", family, types[type]);
            close(descriptor);
        }
    }
    return opened > 0 ? opened : -refusal;
}

static long connect_somewhere(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(53);
    address.sin_addr.s_addr = htonl(0x01010101);
    int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
    return lw_result(connect(descriptor, (struct sockaddr *)&address, sizeof address));
}

/* Nothing is sent: that there is a way to the host's own services is what counts. */
static long connect_to_loopback(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(53)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
    if (descriptor < 0) { return lw_result(-1); }
    return lw_result(connect(descriptor, (struct sockaddr *)&address, sizeof address));
}

static long abstract_socket(const char *argument, struct lw_note *note) {
    (void)argument;
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "\0lw-probe"};
    int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
    if (descriptor < 0) { return lw_result(-1); }
    lw_note_append(note, "opened");
    return lw_result(bind(descriptor, (struct sockaddr *)&address, sizeof(sa_family_t) + 9));
}

static long send_descriptor(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    control.header.cmsg_len = CMSG_LEN(sizeof(int));
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    struct msghdr message = {.msg_control = &control, .msg_controllen = sizeof control};
    return lw_result(sendmsg(1, &message, 0));
}

LW_ATTEMPT(high_bits, syscall(SYS_socket, (1UL << 32) | AF_INET, SOCK_STREAM, 0))
LW_ATTEMPT(vsock, socket(AF_VSOCK, SOCK_STREAM, 0))
LW_ATTEMPT(alg, socket(AF_ALG, SOCK_SEQPACKET, 0))
LW_ATTEMPT(rxrpc, socket(AF_RXRPC, SOCK_DGRAM, AF_INET))
LW_ATTEMPT(netlink, socket(AF_NETLINK, SOCK_RAW, 0))
LW_ATTEMPT(packet, socket(AF_PACKET, SOCK_RAW, 0x0300))
LW_ATTEMPT(listen_on_input, listen(0, 1))
LW_ATTEMPT(accept_on_input, accept4(0, NULL, NULL, 0))
LW_ATTEMPT(bind_input, syscall(SYS_bind, 0, "\1\0lw", 4))

static long pair(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    int ends[2];
    return lw_result(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
}

const struct lw_attempt lw_socket_attempts[] = {
    {"socket-families", "Opens a socket of each of 46 families and four types.", every_family},
    {"socket-high-bits", "Opens an internet socket with a bit set that the kernel ignores.", high_bits},
    {"socket-vsock", "Opens a socket to the virtual machine's host.", vsock},
    {"socket-alg", "Opens the kernel's crypto interface (CVE-2026-31431).", alg},
    {"socket-rxrpc", "Opens an AF_RXRPC socket (CVE-2026-43500).", rxrpc},
    {"socket-netlink", "Opens a socket that configures the network.", netlink},
    {"socket-packet", "Opens a socket that sees every packet.", packet},
    {"socketpair", "Makes a pair of connected sockets, which can carry descriptors.", pair},
    {"connect", "Connects to a name server on the internet.", connect_somewhere},
    {"connect-loopback", "Finds the way to a service of the host's own.", connect_to_loopback},
    {"abstract-socket", "Offers itself to other processes under an abstract name.", abstract_socket},
    {"bind", "Gives standard input an address, should it be a socket.", bind_input},
    {"listen", "Listens on standard input, should it be a socket.", listen_on_input},
    {"accept", "Accepts from standard input, should it be a socket.", accept_on_input},
    {"send-descriptor", "Sends a descriptor over standard output, should it be a socket.", send_descriptor},
    {NULL, NULL, NULL},
};
