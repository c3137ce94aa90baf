/*
 * A program for test_proc.c: does what its arguments say, one after the other.
 *   out=TEXT err=TEXT   writes the line         notify=TEXT  tells $NOTIFY_SOCKET
 *   env=NAME            writes NAME=value       fds          writes LISTEN_FDS and what is open
 * from 3 hold release        opens, closes a memfd   read         waits for a line on stdin
 *   on=SIGNAL           waits for that signal   exit=N
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int held = -1;

static void notify(const char *text)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = getenv("NOTIFY_SOCKET");
    size_t length = path ? strlen(path) : 0;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (length < 2 || length > sizeof(address.sun_path))
        exit(3);
    memcpy(address.sun_path + 1, path + 1, length - 1);
    if (sendto(fd, text, strlen(text), 0, (struct sockaddr *)&address,
               (socklen_t)(sizeof(sa_family_t) + length)) < 0)
        exit(4);
    close(fd);
}

static void list_fds(void)
{
    DIR *dir = opendir("/proc/self/fd");
    struct dirent *entry;
    int n = 0;

    while ((entry = readdir(dir))) {
        long fd = strtol(entry->d_name, NULL, 10);

        n += fd > 2 && fd != dirfd(dir);
    }
    closedir(dir);
    printf("LISTEN_FDS=%s mine=%d open=%d\n", getenv("LISTEN_FDS"),
           getenv("LISTEN_PID") && strtol(getenv("LISTEN_PID"), NULL, 10) == getpid(), n);
}

static void wait_for_signal(int signal)
{
    sigset_t set;
    int got;

    sigemptyset(&set);
    sigaddset(&set, signal);
    sigprocmask(SIG_BLOCK, &set, NULL);
    puts("waiting");
    sigwait(&set, &got);
}

static void read_line(void)
{
    char line[256];

    printf("read %s", fgets(line, sizeof(line), stdin) ? line : "nothing\n");
}

static void obey(const char *word, const char *value)
{
    if (strcmp(word, "out") == 0)
        puts(value);
    else if (strcmp(word, "err") == 0)
        fprintf(stderr, "%s\n", value);
    else if (strcmp(word, "notify") == 0)
        notify(value);
    else if (strcmp(word, "env") == 0)
        printf("%s=%s\n", value, getenv(value) ? getenv(value) : "(none)");
    else if (strcmp(word, "fds") == 0)
        list_fds();
    else if (strcmp(word, "hold") == 0)
        held = memfd_create("held", MFD_CLOEXEC);
    else if (strcmp(word, "release") == 0)
        close(held);
    else if (strcmp(word, "read") == 0)
        read_line();
    else if (strcmp(word, "on") == 0)
        wait_for_signal((int)strtol(value, NULL, 10));
    else if (strcmp(word, "exit") == 0)
        exit((int)strtol(value, NULL, 10));
    else
        exit(2);
}

int main(int argc, char **argv)
{
    setlinebuf(stdout);
    for (int i = 1; i < argc; i++) {
        char *value = strchr(argv[i], '=');

        if (value)
            *value++ = 0;
        obey(argv[i], value ? value : "");
    }
    return 0;
}
