/* Who may do what: every method, by four throw-away users, and whose classes reach how far. */
#include <errno.h>
#include <grp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "base/class.h"
#include "base/error.h"
#include "daemon/policy.h"
#include "protocol/pack.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

/*
 * Root; the owner of a model, a region and a run, who may load; one of its group, who may run; one
 * of no group. The ids are nobody's on any machine.
 */
enum who { ROOT, OWNER, SAME_GROUP, STRANGER, N_WHO };

#define ID_OWNER    64001
#define ID_GROUP    64010
#define ID_FELLOW   64002
#define ID_STRANGER 64003

static const struct {
    const char *name;
    uid_t uid;
    gid_t gid;
    bool may_load, may_admin;
    const char *ceiling;
} people[N_WHO] = {
    [ROOT] = {"root", 0, 0, true, true, "realtime"},
    [OWNER] = {"owner", ID_OWNER, ID_GROUP, true, false, "interactive"},
    [SAME_GROUP] = {"same group", ID_FELLOW, ID_GROUP, false, false, "batch"},
    [STRANGER] = {"stranger", ID_STRANGER, ID_STRANGER, false, false, ""},
};

#define SETTINGS                                                                                   \
    "[daemon]\nsocket_mode = 0666\n[policy]\nrun_groups = 64010\nload_users = 64001\n"             \
    "realtime_groups =\nbatch_users = 64002\n[quota]\nsession_networks = 256\n"

static void pack_nothing(struct caller *caller)
{
    ck_assert_int_eq(pack_map(&caller->map, 0), 0);
}

static void pack_hello(struct caller *caller)
{
    const struct hello_params params = {1, 1, {"root", 4}}; /* a name is no identity */

    ck_assert_int_eq(pack_hello_params(&params, &caller->map), 0);
}

static void pack_number(struct caller *caller, const char *key)
{
    ck_assert_int_eq(pack_map(&caller->map, 1), 0);
    ck_assert_int_eq(pack_str(&caller->map, key, strlen(key)), 0);
    ck_assert_int_eq(pack_u64(&caller->map, 1), 0);
}

static void pack_load_new(struct caller *caller)
{
    caller_pack_load(caller, &(struct caller_load){.name = "other"});
}

static void pack_unload_kept(struct caller *caller)
{
    const struct unload_params params = {.name = {"kept", 4}};

    ck_assert_int_eq(pack_unload_params(&params, &caller->map), 0);
}

static void pack_info(struct caller *caller)
{
    const struct info_params params = {{"kept", 4}};

    ck_assert_int_eq(pack_info_params(&params, &caller->map), 0);
}

static void pack_run_of_owner(struct caller *caller)
{
    const struct run_params params = {.network = 1};

    ck_assert_int_eq(pack_run_params(&params, &caller->map), 0);
}

static void pack_region(struct caller *caller)
{
    pack_number(caller, "region");
}

static void pack_serial(struct caller *caller)
{
    pack_number(caller, "serial");
}

#define ANY INT32_MIN /* whatever it is: not E_DENIED, not E_NO_METHOD */

/*
 * What each gets who says hello and then makes that call with the owner's numbers: an answer, or
 * no right, or that this is nothing of its own. A stranger gets no further than hello.
 */
static const struct {
    uint16_t method;
    void (*pack)(struct caller *caller);
    int codes[N_WHO - 1];
} rows[] = {
    {1, pack_hello, {E_STATE, E_STATE, E_STATE}},
    {2, pack_nothing, {0, 0, 0}},
    {3, pack_load_new, {0, 0, E_DENIED}},
    {4, pack_unload_kept, {0, 0, E_DENIED}},
    {5, pack_nothing, {0, 0, 0}},
    {6, pack_info, {0, 0, 0}},
    {7, pack_nothing, {E_BAD_PARAMS, E_BAD_PARAMS, E_BAD_PARAMS}},
    {8, pack_region, {E_NO_REGION, E_NO_REGION, E_NO_REGION}},
    {9, pack_run_of_owner, {E_NO_MODEL, E_NO_MODEL, E_NO_MODEL}},
    {10, pack_serial, {0, 0, 0}},
    {11, pack_nothing, {0, 0, 0}},
    {12, pack_nothing, {ANY, ANY, ANY}}, /* streams: those of one's own session */
    {13, pack_nothing, {ANY, ANY, ANY}},
    {14, pack_nothing, {ANY, ANY, ANY}},
    {15, pack_nothing, {ANY, ANY, ANY}},
    {16, pack_nothing, {ANY, ANY, ANY}}, /* ps, why, trace: of others only counts */
    {17, pack_nothing, {ANY, ANY, ANY}},
    {18, pack_nothing, {ANY, ANY, ANY}},
    {19, pack_nothing, {0, E_DENIED, E_DENIED}},
};

/* In a process of its own, which is WHO until it ends. */
static void become(enum who who)
{
    ck_assert_int_eq(setgroups(0, NULL), 0);
    ck_assert_int_eq(setgid(people[who].gid), 0);
    ck_assert_int_eq(setuid(people[who].uid), 0);
}

static void check_greeting(const struct caller *caller, enum who who)
{
    const char *ceiling = people[who].ceiling;
    struct hello_result result;

    ck_assert_int_eq(unpack_hello_result(caller->frame.map, caller->frame.map_size, &result, NULL),
                     0);
    ck_assert_int_eq(result.may_load, people[who].may_load);
    ck_assert_int_eq(result.may_admin, people[who].may_admin);
    ck_assert_uint_eq(result.ceiling.size, strlen(ceiling));
    ck_assert_mem_eq(result.ceiling.base, ceiling, strlen(ceiling));
}

static void make_call(const char *socket, enum who who, size_t row)
{
    int refused = rows[row].method == METHOD_HELLO ? E_DENIED : E_STATE;
    int want = who == STRANGER ? refused : rows[row].codes[who], code;
    struct caller caller;

    caller_connect(&caller, socket);
    if (who != STRANGER) {
        ck_assert_answers(&caller, caller_hello(&caller, 1, 1));
        check_greeting(&caller, who);
    }
    rows[row].pack(&caller);
    code = caller_answer(&caller, caller_send(&caller, rows[row].method, NULL, 0, -1));
    ck_assert_msg(want == ANY ? code != E_DENIED && code != E_NO_METHOD : code == want,
                  "%s by %s: %d (%s) instead of %d", method_get(rows[row].method)->name,
                  people[who].name, code, caller.text, want);
    caller_close(&caller);
}

static void as(enum who who, const char *socket, size_t row)
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        become(who);
        make_call(socket, who, row);
        _exit(0);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_msg(status == 0, "method %u by %s: its process failed", rows[row].method,
                  people[who].name);
}

/* What the others may not touch. */
static void load_kept(struct caller *caller)
{
    const struct caller_load kept = {.name = "kept", .fd = -1, .keep = true};

    ck_assert_answers(caller, caller_load(caller, &kept, NULL));
}

static void open_house(struct house *house, struct caller *owner)
{
    chmod(suite_dir(), 0755);
    house_open(house, SETTINGS);
    made_relu_file(suite_path("models/kept"), 4, "one");
    made_relu_file(suite_path("models/other"), 4, "two");
    caller_open(owner, house->socket);
}

static bool is_root(void)
{
    if (geteuid() == 0)
        return true;
    suite_skip("only root can be four users");
    return false;
}

START_TEST(every_method_knows_whom_it_serves)
{
    struct house house;
    struct caller owner;
    uint32_t region;
    int fd;

    if (!is_root())
        return;
    fd = made_memfd(NULL, 4096, 1);
    open_house(&house, &owner);
    ck_assert_answers(&owner, caller_region_add(&owner, fd, 4096, &region));
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        for (enum who who = 0; who < N_WHO && method_get(rows[i].method); who++) {
            load_kept(&owner);
            as(who, house.socket, i);
        }
    close(fd);
    caller_close(&owner);
    house_close(&house);
}
END_TEST

START_TEST(every_method_has_its_row)
{
    for (uint16_t number = 0; number < 256; number++) {
        bool found = false;

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
            found = found || rows[i].method == number;
        ck_assert_msg(found || !method_get(number), "method %u: say whom it serves", number);
    }
}
END_TEST

/* Connects as WHO and hands the connection to the test through PAIR. */
static void pass_connection(enum who who, const char *path, int pair)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {.header = {.cmsg_len = CMSG_LEN(sizeof(int)),
                            .cmsg_level = SOL_SOCKET,
                            .cmsg_type = SCM_RIGHTS}};
    char byte = 0;
    struct iovec iov = {&byte, 1};
    struct msghdr message = {.msg_iov = &iov,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof(control)};
    struct caller caller;

    become(who);
    caller_connect(&caller, path);
    memcpy(CMSG_DATA(&control.header), &caller.fd, sizeof(caller.fd));
    ck_assert_int_eq(sendmsg(pair, &message, 0), 1);
    _exit(0);
}

static int receive_connection(int pair)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    char byte;
    struct iovec iov = {&byte, 1};
    struct msghdr message = {.msg_iov = &iov,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof(control)};
    int fd;

    ck_assert_int_eq(recvmsg(pair, &message, MSG_CMSG_CLOEXEC), 1);
    memcpy(&fd, CMSG_DATA(&control.header), sizeof(fd));
    return fd;
}

/* A connection that WHO made, in the hands of the test, which is root. */
static void connect_as(enum who who, const char *path, struct caller *ret)
{
    int pair[2], status;
    pid_t pid;

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    pid = fork();
    if (pid == 0)
        pass_connection(who, path, pair[1]);
    *ret = (struct caller){.fd = receive_connection(pair[0])};
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(wire_new(ret->fd, 65536, &ret->wire), 0);
    close(pair[0]);
    close(pair[1]);
}

START_TEST(a_connection_keeps_the_rights_of_who_made_it)
{
    struct house house;
    struct caller owner, passed;

    if (!is_root())
        return;
    open_house(&house, &owner);
    connect_as(STRANGER, house.socket, &passed);
    ck_assert_refused(&passed, caller_hello(&passed, 1, 1), E_DENIED, "user 64003 may not use");
    ck_assert(caller_is_closed(&passed));
    caller_close(&passed);
    caller_close(&owner);
    house_close(&house);
}
END_TEST

static void reload_with(struct caller *admin, const char *settings)
{
    const struct reload_result *result;

    suite_write(suite_path("snped.conf"), settings, strlen(settings));
    ck_assert_answers(admin, caller_reload(admin, &result));
}

START_TEST(a_reload_gives_and_takes_rights_of_who_is_connected)
{
    struct house house;
    struct caller admin, fellow, owner;

    if (!is_root())
        return;
    open_house(&house, &admin);
    load_kept(&admin);
    connect_as(SAME_GROUP, house.socket, &fellow);
    connect_as(OWNER, house.socket, &owner);
    ck_assert_answers(&fellow, caller_hello(&fellow, 1, 1));
    ck_assert_answers(&owner, caller_hello(&owner, 1, 1));
    ck_assert_refused(&fellow, caller_unload(&fellow, 0, "kept"), E_DENIED, "load_users");
    reload_with(&admin, SETTINGS "[policy]\nload_groups = 64010\n");
    ck_assert_answers(&fellow, caller_unload(&fellow, 0, "kept"));
    reload_with(&admin, "[daemon]\nsocket_mode = 0666\n[policy]\nload_users = 64001\n");
    ck_assert(caller_is_closed(&fellow));
    ck_assert_answers(&owner, caller_ping(&owner));
    caller_close(&fellow);
    connect_as(SAME_GROUP, house.socket, &fellow);
    ck_assert_refused(&fellow, caller_hello(&fellow, 1, 1), E_DENIED, "user 64002 may not use");
    caller_close(&fellow);
    caller_close(&owner);
    caller_close(&admin);
    house_close(&house);
}
END_TEST

START_TEST(a_class_above_the_ceiling_is_denied_with_the_setting)
{
    static const enum job_class wanted[] = {CLASS_REALTIME, CLASS_INTERACTIVE, CLASS_BATCH,
                                            _CLASS_MAX};
    /* for each ceiling what each of them becomes; _CLASS_MAX: denied */
    static const enum job_class want[_CLASS_MAX][ARRAY_SIZE(wanted)] = {
        [CLASS_REALTIME] = {CLASS_REALTIME, CLASS_INTERACTIVE, CLASS_BATCH, CLASS_INTERACTIVE},
        [CLASS_INTERACTIVE] = {_CLASS_MAX, CLASS_INTERACTIVE, CLASS_BATCH, CLASS_INTERACTIVE},
        [CLASS_BATCH] = {_CLASS_MAX, _CLASS_MAX, CLASS_BATCH, CLASS_BATCH},
    };

    for (enum job_class ceiling = 0; ceiling < _CLASS_MAX; ceiling++)
        for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
            const struct rights rights = {.run = true, .ceiling = ceiling};
            enum job_class class = _CLASS_MAX;
            struct fault fault = {""};
            int r = policy_class(&rights, wanted[i], &class, &fault);

            ck_assert_int_eq(r, want[ceiling][i] == _CLASS_MAX ? E_DENIED : 0);
            ck_assert_int_eq(class, want[ceiling][i]);
            if (r < 0)
                ck_assert_ptr_nonnull(
                    strstr(fault.text, ceiling == CLASS_BATCH ? "batch_users" : "realtime_users"));
        }
}
END_TEST

SUITE(every_method_knows_whom_it_serves, every_method_has_its_row,
      a_connection_keeps_the_rights_of_who_made_it,
      a_reload_gives_and_takes_rights_of_who_is_connected,
      a_class_above_the_ceiling_is_denied_with_the_setting);
