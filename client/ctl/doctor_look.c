/* What the checks see with: files below the root, rights, settings, other programs. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "client/ctl/doctor.h"

#define RUN_MS   5000
#define ETC_SIZE (1u << 20)

extern char **environ;

const char *doctor_path(const struct doctor *doctor, const char *path, char *out)
{
    snprintf(out, DOCTOR_PATH, "%s%s", doctor->root, path);
    return out;
}

/* At most SIZE - 1 bytes, ended by a 0: how many, or negative. */
static ssize_t read_some(int fd, char *out, size_t size)
{
    size_t n = 0;
    ssize_t got = 0;

    while (n + 1 < size && (got = read(fd, out + n, size - 1 - n)) > 0)
        n += (size_t)got;
    out[n] = '\0';
    return got < 0 ? got : (ssize_t)n;
}

bool doctor_read(const struct doctor *doctor, const char *path, char *out, size_t size)
{
    char whole[DOCTOR_PATH];
    int fd = open(doctor_path(doctor, path, whole), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t n;

    if (fd < 0)
        return false;
    n = read_some(fd, out, size);
    close(fd);
    if (n > 0 && out[n - 1] == '\n')
        out[n - 1] = '\0';
    return n >= 0;
}

char *doctor_read_all(const struct doctor *doctor, const char *path, size_t most)
{
    char *text = malloc(most + 1);

    if (text && doctor_read(doctor, path, text, most + 1))
        return text;
    free(text);
    return NULL;
}

char *doctor_read_tail(const struct doctor *doctor, const char *path, size_t most)
{
    char whole[DOCTOR_PATH], *text = malloc(most + 1);
    int fd = open(doctor_path(doctor, path, whole), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool done = false;

    if (fd >= 0 && text) {
        if (lseek(fd, -(off_t)most, SEEK_END) < 0)
            (void)lseek(fd, 0, SEEK_SET);
        done = read_some(fd, text, most + 1) >= 0;
    }
    if (fd >= 0)
        close(fd);
    if (done)
        return text;
    free(text);
    return NULL;
}

size_t doctor_glob(const struct doctor *doctor, const char *pattern,
                   bool (*each)(const struct doctor *doctor, const char *path, void *context),
                   void *context)
{
    char whole[DOCTOR_PATH];
    glob_t found = {0};
    size_t n = 0;

    if (glob(doctor_path(doctor, pattern, whole), 0, NULL, &found) == 0)
        for (n = 0; n < found.gl_pathc; n++)
            if (!each(doctor, found.gl_pathv[n] + strlen(doctor->root), context))
                break;
    n = found.gl_pathc;
    globfree(&found);
    return n;
}

/* LINE's value if it is "KEY = value", with blanks or without; else NULL. Ends the value. */
static char *value_of(char *line, const char *key)
{
    char *at = line + strspn(line, " \t"), *end;

    if (strncmp(at, key, strlen(key)) != 0)
        return NULL;
    at += strlen(key);
    at += strspn(at, " \t");
    if (*at != '=')
        return NULL;
    at += 1 + strspn(at + 1, " \t");
    end = at + strcspn(at, "\r\n");
    while (end > at && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    *end = '\0';
    return at;
}

/* Looks in TEXT, lines of which those behind "[SECTION]" count; NULL: all do. */
static bool find_value(const char *text, const char *section, const char *key, char *out,
                       size_t size)
{
    bool inside = !section;
    char line[DOCTOR_TEXT];

    for (; text && *text; text += strcspn(text, "\n"), text += *text == '\n') {
        const char *value;

        snprintf(line, sizeof(line), "%.*s", (int)strcspn(text, "\n"), text);
        if (section && line[0] == '[')
            inside = strncmp(line + 1, section, strlen(section)) == 0 &&
                     line[1 + strlen(section)] == ']';
        value = inside ? value_of(line, key) : NULL;
        if (value) {
            snprintf(out, size, "%s", value);
            return true;
        }
    }
    return false;
}

const char *doctor_setting(const struct doctor *doctor, const char *section, const char *key,
                           const char *preset, char *out, size_t size)
{
    if (!find_value(doctor->settings, section, key, out, size))
        snprintf(out, size, "%s", preset);
    return out;
}

bool doctor_unit(const struct doctor *doctor, int unit, const char *key, char *out, size_t size)
{
    return find_value(doctor->units[unit], NULL, key, out, size);
}

bool doctor_allows(const struct stat *st, const struct somebody *who, int want)
{
    mode_t mode = st->st_mode & 7;

    if (who->uid == 0)
        return true;
    for (size_t i = 0; i < who->n_gids; i++)
        if (who->gids[i] == st->st_gid)
            mode = st->st_mode >> 3 & 7;
    if (who->uid == st->st_uid)
        mode = st->st_mode >> 6 & 7;
    return (mode & (mode_t)want) == (mode_t)want;
}

bool doctor_reaches(const struct doctor *doctor, const char *path, const struct somebody *who,
                    int want)
{
    char whole[DOCTOR_PATH];
    struct stat st;

    if (stat(doctor_path(doctor, path, whole), &st) < 0 || !doctor_allows(&st, who, want))
        return false;
    for (char *slash = strrchr(whole, '/'); slash > whole + strlen(doctor->root);
         slash = strrchr(whole, '/')) {
        *slash = '\0';
        if (stat(whole, &st) < 0 || !doctor_allows(&st, who, X_OK))
            return false;
    }
    return true;
}

/* Field N of a line of fields parted by colons. Returns OUT. */
static const char *field_of(const char *line, int n, char *out, size_t size)
{
    for (; n > 0; n--) {
        line += strcspn(line, ":\n");
        line += *line == ':';
    }
    snprintf(out, size, "%.*s", (int)strcspn(line, ":\n"), line);
    return out;
}

static bool number_of(const char *line, int n, uint32_t *ret)
{
    char text[24];
    uint64_t number;

    if (str_u64(field_of(line, n, text, sizeof(text)), 0, UINT32_MAX, &number) < 0)
        return false;
    *ret = (uint32_t)number;
    return true;
}

/* Is NAME one of WORDS, which commas part? */
static bool is_listed(const char *words, const char *name)
{
    for (; *words; words += strcspn(words, ","), words += *words == ',')
        if (strcspn(words, ",") == strlen(name) && strncmp(words, name, strlen(name)) == 0)
            return true;
    return false;
}

static void add_groups(const char *groups, struct somebody *who)
{
    char members[2048];
    uint32_t gid;

    for (const char *line = groups; line && *line;
         line += strcspn(line, "\n"), line += *line == '\n')
        if (who->n_gids < DOCTOR_GIDS && number_of(line, 2, &gid) &&
            is_listed(field_of(line, 3, members, sizeof(members)), who->name))
            who->gids[who->n_gids++] = gid;
}

void doctor_somebody(const struct doctor *doctor, const char *name, struct somebody *ret)
{
    char *users = doctor_read_all(doctor, "/etc/passwd", ETC_SIZE);
    char *groups = doctor_read_all(doctor, "/etc/group", ETC_SIZE);
    char text[64];
    uint32_t uid, gid;

    *ret = (struct somebody){.known = false};
    snprintf(ret->name, sizeof(ret->name), "%s", name);
    for (const char *line = users; line && *line;
         line += strcspn(line, "\n"), line += *line == '\n') {
        if (strcmp(field_of(line, 0, text, sizeof(text)), name) != 0 || !number_of(line, 2, &uid) ||
            !number_of(line, 3, &gid))
            continue;
        ret->known = true;
        ret->uid = uid;
        ret->gids[0] = gid;
        ret->n_gids = 1;
        add_groups(groups, ret);
        break;
    }
    free(users);
    free(groups);
}

/* The line of /etc/group whose field N is WHAT; NULL. Into LINE. */
static bool find_group(const struct doctor *doctor, int n, const char *what, char *out, size_t size)
{
    char *groups = doctor_read_all(doctor, "/etc/group", ETC_SIZE), text[64];
    bool found = false;

    for (const char *line = groups; line && *line && !found;
         line += strcspn(line, "\n"), line += *line == '\n') {
        found = strcmp(field_of(line, n, text, sizeof(text)), what) == 0;
        if (found)
            snprintf(out, size, "%.*s", (int)strcspn(line, "\n"), line);
    }
    free(groups);
    return found;
}

bool doctor_group(const struct doctor *doctor, const char *name, gid_t *ret)
{
    char line[DOCTOR_TEXT];
    uint32_t gid;

    if (!find_group(doctor, 0, name, line, sizeof(line)) || !number_of(line, 2, &gid))
        return false;
    *ret = gid;
    return true;
}

const char *doctor_group_name(const struct doctor *doctor, gid_t gid, char *out, size_t size)
{
    char line[DOCTOR_TEXT], number[16];

    snprintf(number, sizeof(number), "%u", gid);
    if (find_group(doctor, 2, number, line, sizeof(line)))
        return field_of(line, 0, out, size);
    snprintf(out, size, "%u", gid);
    return out;
}

/* Reads until the end; false: it takes longer than a program may. */
static bool collect(int fd, char *out, size_t size)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    size_t n = 0;
    char rest[512];
    ssize_t got = 1;

    while (got > 0 && poll(&poll_fd, 1, RUN_MS) == 1) {
        bool room = n + 1 < size;

        got = read(fd, room ? out + n : rest, room ? size - 1 - n : sizeof(rest));
        n += room && got > 0 ? (size_t)got : 0;
    }
    out[n] = '\0';
    return got <= 0;
}

/* Its stdout and stderr become ENDS[1]. */
static int start(const char *const *argv, const int *ends, pid_t *ret)
{
    posix_spawn_file_actions_t actions;
    int r = posix_spawn_file_actions_init(&actions);

    if (r != 0)
        return -r;
    r = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (r == 0)
        r = posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    if (r == 0)
        r = posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    if (r == 0)
        r = posix_spawnp(ret, argv[0], &actions, NULL, (char **)(uintptr_t)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return -r;
}

int doctor_run(const char *const *argv, char *out, size_t size)
{
    int ends[2], status = 0, r;
    pid_t pid;

    out[0] = '\0';
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    r = start(argv, ends, &pid);
    close(ends[1]);
    if (r == 0 && !collect(ends[0], out, size))
        kill(pid, SIGKILL);
    close(ends[0]);
    if (r < 0)
        return r;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}
