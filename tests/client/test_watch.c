/* What the library makes of the answers that tell of clients and jobs. */
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "tests/client/made.h"

static struct fake fake;
static struct snpe_client *client;

static void begin(void)
{
    fake_start(&fake, "sock");
    client = made_client(&fake);
}

static void end(void)
{
    snpe_client_free(client);
    fake_end(&fake);
}

START_TEST(ps_is_one_block_with_all_clients_and_jobs)
{
    struct snpe_overview *overview;

    begin();
    ck_assert_ok(client, snpe_ps(client, &overview));
    ck_assert_uint_eq(overview->n_sessions, 2);
    ck_assert_str_eq(overview->sessions[0]->name, "caméra");
    ck_assert_str_eq(overview->sessions[0]->ceiling, "realtime");
    ck_assert_uint_eq(overview->sessions[0]->pid, 4711);
    ck_assert_uint_eq(overview->sessions[0]->dropped, 5);
    ck_assert_uint_eq(overview->sessions[0]->n_networks, 1);
    ck_assert_str_eq(overview->sessions[0]->networks[0]->why, "dsp: no Hexagon here");
    ck_assert_uint_eq(overview->sessions[1]->n_networks, 0);
    ck_assert_uint_eq(overview->n_jobs, 1);
    ck_assert_str_eq(overview->jobs[0]->class_name, "realtime");
    ck_assert_int_eq(overview->jobs[0]->running, 1);
    ck_assert_uint_eq(overview->hidden_sessions, 3);
    snpe_free(overview);
    end();
}
END_TEST

START_TEST(why_is_one_block_or_a_sentence)
{
    struct snpe_wait *wait = NULL;

    begin();
    ck_assert_refused(client, snpe_why(client, 1, &wait), SNPE_E_BAD_PARAMS, "too long ago");
    ck_assert_ptr_null(wait);
    ck_assert_ok(client, snpe_why(client, 70001, &wait));
    ck_assert_str_eq(wait->sentence, "It waited.");
    ck_assert_str_eq(wait->picked, "turn");
    ck_assert_uint_eq(wait->n_before, 1);
    ck_assert_uint_eq(wait->before[0]->job, 70000);
    ck_assert_str_eq(wait->before[0]->reason, "class");
    ck_assert_uint_eq(wait->more, 2);
    ck_assert_uint_eq(wait->started_ns - wait->arrived_ns, 20000000);
    snpe_free(wait);
    end();
}
END_TEST

START_TEST(trace_goes_on_where_it_stopped)
{
    struct snpe_records *records;
    uint64_t next;

    begin();
    ck_assert_ok(client, snpe_trace(client, UINT64_MAX, 1, &records));
    ck_assert_uint_eq(records->n_records, 0);
    next = records->next;
    snpe_free(records);
    ck_assert_ok(client, snpe_trace(client, next, 1, &records));
    ck_assert_uint_eq(records->n_records, 7);
    ck_assert_uint_eq(records->lost, 3);
    ck_assert_str_eq(records->records[0]->kind, "read");
    ck_assert_str_eq(records->records[2]->client, "cam\"era\n");
    ck_assert_uint_eq(records->records[4]->step, 1);
    ck_assert_int_eq(records->records[6]->result, SNPE_E_DEADLINE);
    snpe_free(records);
    end();
}
END_TEST

/* A daemon of before. */
static bool knows_no_such_call(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    (void)context;
    if (frame->head.method <= METHOD_STATS)
        return false;
    fake_error(conn, &frame->head, E_NO_METHOD, "that method is none that this daemon knows");
    return true;
}

START_TEST(an_older_daemon_says_so)
{
    struct snpe_overview *overview;

    fake.hook = knows_no_such_call;
    begin();
    ck_assert_refused(client, snpe_ps(client, &overview), SNPE_E_NO_METHOD, "none that this");
    end();
}
END_TEST

/* An answer whose list is none. */
static bool talks_nonsense(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    static const char map[] = "\x83\xa6now_ns\x01\xa8sessions\x91\x05\xa4jobs\x90";
    struct buf out = {0};

    (void)context;
    if (frame->head.method != METHOD_PS)
        return false;
    ck_assert_int_eq(buf_append(&out, map, sizeof(map) - 1), 0);
    fake_reply(conn, &frame->head, &out, NULL, 0);
    return true;
}

START_TEST(nonsense_is_refused_with_its_place)
{
    struct snpe_overview *overview = NULL;

    fake.hook = talks_nonsense;
    begin();
    ck_assert_int_lt(snpe_ps(client, &overview), 0);
    ck_assert_ptr_nonnull(strstr(snpe_last_error(client), "sessions[0]"));
    ck_assert_ptr_null(overview);
    end();
}
END_TEST

SUITE(ps_is_one_block_with_all_clients_and_jobs, why_is_one_block_or_a_sentence,
      trace_goes_on_where_it_stopped, an_older_daemon_says_so, nonsense_is_refused_with_its_place);
