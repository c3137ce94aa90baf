/* What a load has done on the loader's thread. It touches the load alone, never the tables. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "base/error.h"
#include "base/sealed.h"
#include "daemon/load.h"
#include "daemon/server.h"

/* A file of the repository: plain, no link, nothing that blocks. -1 with errno. */
static int open_plain(int dir, const char *file)
{
    int fd = openat(dir, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat st;

    if (fd < 0)
        return -1;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        return fd;
    close(fd);
    errno = EISDIR;
    return -1;
}

static int cannot_open(const struct load *load, int error, struct fault *fault)
{
    const char *dir = load->dir;

    if (error == ENOENT)
        return fail(fault, E_NO_MODEL,
                    "no model %.60s is loaded, and %.80s holds no file %.60s: load it by a file "
                    "descriptor, or put it there",
                    load->name, dir, load->alternative);
    if (error == ELOOP)
        return fail(fault, E_DENIED, "%.60s in %.80s is a symbolic link, which is not followed",
                    load->file, dir);
    return fail(fault, error == EISDIR ? E_NO_MODEL : -error, "%.60s in %.80s: %s", load->file, dir,
                error == EISDIR ? "this is no plain file" : strerror(error));
}

static int open_in_repository(const struct load *load, int *ret, struct fault *fault)
{
    int dir_fd = open(load->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd, error;

    if (dir_fd < 0)
        return cannot_open(load, errno, fault);
    fd = open_plain(dir_fd, load->file);
    if (fd < 0 && (errno == ENOENT || errno == EISDIR))
        fd = open_plain(dir_fd, load->alternative);
    error = errno;
    close(dir_fd);
    if (fd < 0)
        return cannot_open(load, error, fault);
    *ret = fd;
    return 0;
}

/* Of models.d only, which is the administrator's: a path may be a link. */
static int open_path(const struct load *load, int *ret, struct fault *fault)
{
    int fd = open(load->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0)
        return fail(fault, -errno, "%.180s: %s", load->file, strerror(errno));
    *ret = fd;
    return 0;
}

static int cannot_read(const struct load *load, int r, struct fault *fault)
{
    if (r == -EFBIG && load->most < load->model_most)
        return fail(fault, E_QUOTA,
                    "the file is larger than the %zu bytes of models that are left to this caller: "
                    "unload something, or see [quota] in snped.conf",
                    load->most);
    if (r == -EFBIG)
        return fail(fault, E_TOO_LARGE,
                    "the file is larger than %zu bytes ([daemon] model_most in snped.conf)",
                    load->most);
    if (r == -ESPIPE || r == -EISDIR || r == -EBADF)
        return fail(fault, E_BAD_PARAMS,
                    "the model is neither a file nor memory that can be read from any place");
    return fail(fault, r, "%.100s cannot be read: %s", load->name, strerror(-r));
}

static void read_file(struct load *load)
{
    struct fault *fault = &load->fault;
    int fd = load->fd, r = 0;

    if (fd < 0 && load->file[0] == '/')
        r = open_path(load, &fd, fault);
    else if (fd < 0)
        r = open_in_repository(load, &fd, fault);
    if (r < 0) {
        load->result = r;
        return;
    }
    r = sealed_copy(fd, load->most, &load->bytes, &load->size);
    close(fd);
    load->fd = -1;
    load->result = r < 0 ? cannot_read(load, r, fault) : 0;
    if (r == 0)
        digest_of(load->bytes, load->size, &load->digest);
}

void load_read(struct load *load)
{
    struct load_span *span = &load->spans[LOAD_READING];

    span->began_ns = clock_now_ns(load->server->clock);
    read_file(load);
    span->ended_ns = clock_now_ns(load->server->clock);
}

static int check_borders(const struct network *network, struct fault *fault)
{
    const struct network_info *info = network_info(network);

    if (info->n_inputs > MESSAGE_TENSORS_MAX || info->n_outputs > MESSAGE_TENSORS_MAX)
        return fail(fault, E_TOO_LARGE,
                    "the network has %u inputs and %u outputs, the protocol carries %d of each",
                    info->n_inputs, info->n_outputs, MESSAGE_TENSORS_MAX);
    return 0;
}

static void build(struct load *load)
{
    struct fault *fault = &load->fault;
    int r = 0;

    if (!load->model)
        r = model_read(load->bytes, load->size, &load->model, fault);
    mem_free(load->bytes);
    load->bytes = NULL;
    if (r == 0)
        r = network_new(load->server->engine, load->model, &load->options, &load->network, fault);
    if (r == 0)
        r = check_borders(load->network, fault);
    if (r == 0)
        load->model_bytes = model_bytes(load->model);
    load->result = r;
}

void load_build(struct load *load)
{
    struct load_span *span = &load->spans[LOAD_BUILDING];

    span->began_ns = clock_now_ns(load->server->clock);
    build(load);
    span->ended_ns = clock_now_ns(load->server->clock);
}
