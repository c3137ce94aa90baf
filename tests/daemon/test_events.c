/* What the daemon tells to who listens. */
#include <string.h>

#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/ear.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

static const char *address(void)
{
    return suite_text("ipc://%s", suite_path("events.ipc"));
}

static void is(const struct text *text, const char *want)
{
    ck_assert_msg(text->size == strlen(want) && memcmp(text->base, want, text->size) == 0,
                  "'%.*s' instead of '%s'", (int)text->size, text->base, want);
}

START_TEST(a_model_is_told_of_from_loading_to_unloaded)
{
    const struct event *event;
    struct house house;
    struct caller caller;
    struct ear ear;

    house_open(&house, "");
    made_relu_file(suite_path("models/relu"), 16, "one");
    proc_wait_err(house.proc, "published at");
    ear_open(&ear, address());
    caller_open(&caller, house.socket);
    ck_assert_answers(&caller,
                      caller_load(&caller, &(struct caller_load){.name = "relu", .fd = -1}, NULL));
    event = ear_next(&ear);
    is(&event->event, "model-loading");
    is(&event->model, "relu");
    ck_assert_uint_eq(event->lost, 0);
    ck_assert_uint_gt(event->time_ns, 0);
    event = ear_next(&ear);
    is(&event->event, "model-ready");
    is(&event->model, "relu");
    is(&event->runtime, "cpu");
    ck_assert_uint_eq(event->generation, 1);
    ck_assert_refused(&caller,
                      caller_load(&caller, &(struct caller_load){.name = "gone", .fd = -1}, NULL),
                      E_NO_MODEL, "gone");
    event = ear_next_of(&ear, EVENT_MODEL_FAILED);
    is(&event->model, "gone");
    is(&event->error, "no-model");
    caller_close(&caller); /* nobody holds it any more */
    event = ear_next(&ear);
    is(&event->event, "model-unloaded");
    is(&event->model, "relu");
    proc_signal(house.proc, SIGTERM);
    event = ear_next(&ear);
    is(&event->event, "daemon-draining");
    ear_close(&ear);
    proc_finish(house.proc, 0);
    house_tidy();
}
END_TEST

SUITE(a_model_is_told_of_from_loading_to_unloaded);
