/* Who is next: small cases that can be followed by hand. test_sim.c strains the same rules. */
#include "base/base.h"
#include "base/error.h"
#include "sched/ahead.h"
#include "sched/queue.h"
#include "tests/support/suite.h"

#define MS 1000000u

static struct queue queue;
static struct queue_client clients[4];
static struct queue_item items[16];
static uint32_t n_items;

static void begin(const struct queue_options *options)
{
    queue_init(&queue, options);
    for (size_t i = 0; i < ARRAY_SIZE(clients); i++)
        queue_client_init(&clients[i]);
    n_items = 0;
}

static void begin_plain(void)
{
    begin(&(struct queue_options){.quantum_ns = 100000});
}

static struct queue_item *make(int client, enum job_class class, uint64_t deadline_ms)
{
    items[n_items] = (struct queue_item){
        .client = &clients[client],
        .class = class,
        .deadline_ns = deadline_ms * MS,
        .cost_ns = 2 * MS,
        .most_ns = 2 * MS,
    };
    return &items[n_items++];
}

static struct queue_item *add(int client, enum job_class class, uint64_t deadline_ms)
{
    struct queue_item *item = make(client, class, deadline_ms), *shed = NULL;

    ck_assert_int_eq(queue_add(&queue, item, 0, &shed), 0);
    ck_assert_ptr_null(shed);
    return item;
}

static bool always(struct queue_item *item, void *context)
{
    return item != context; /* CONTEXT: one that may not */
}

static void assert_next(const struct queue_item *item, enum queue_reason reason)
{
    struct queue_item *next = queue_take(&queue, 0, always, NULL);

    ck_assert_ptr_eq(next, item);
    ck_assert_str_eq(queue_reason_name(next->reason), queue_reason_name(reason));
    queue_charge(&queue, next, next->cost_ns, 0);
}

START_TEST(a_higher_class_goes_first_and_says_so)
{
    struct queue_item *batch, *middle, *urgent;

    begin_plain();
    batch = add(0, CLASS_BATCH, 0);
    middle = add(0, CLASS_INTERACTIVE, 0);
    urgent = add(0, CLASS_REALTIME, 0);
    assert_next(urgent, QUEUE_CLASS);
    assert_next(middle, QUEUE_CLASS);
    assert_next(batch, QUEUE_ONLY);
    ck_assert_ptr_null(queue_take(&queue, 0, always, NULL));
}
END_TEST

START_TEST(in_a_class_the_earliest_deadline_goes_first_and_those_without_last)
{
    struct queue_item *none, *late, *early, *same;

    begin_plain();
    none = add(0, CLASS_INTERACTIVE, 0);
    late = add(1, CLASS_INTERACTIVE, 30);
    early = add(2, CLASS_INTERACTIVE, 10);
    same = add(3, CLASS_INTERACTIVE, 10);
    assert_next(early, QUEUE_DEADLINE);
    assert_next(same, QUEUE_DEADLINE);
    assert_next(late, QUEUE_DEADLINE);
    assert_next(none, QUEUE_ONLY);
}
END_TEST

/* Who waits without a deadline rises after a second. */
START_TEST(deadlines_that_are_far_take_turns_with_those_without)
{
    struct queue_item *far[3], *none[2], *near;

    begin(&(struct queue_options){.quantum_ns = 100000, .aging_ns = 1000ull * MS});
    for (int i = 0; i < 3; i++)
        far[i] = add(0, CLASS_INTERACTIVE, 60000);
    for (int i = 0; i < 2; i++)
        none[i] = add(1, CLASS_INTERACTIVE, 0);
    ck_assert_uint_eq(ahead_of_ns(&queue, CLASS_INTERACTIVE, 60001ull * MS), 2 * 6 * MS);
    assert_next(far[0], QUEUE_DEADLINE);
    assert_next(none[0], QUEUE_TURN);
    near = add(0, CLASS_INTERACTIVE, 900);
    ck_assert_uint_eq(ahead_of_ns(&queue, CLASS_INTERACTIVE, 901ull * MS), 2 * MS);
    assert_next(near, QUEUE_DEADLINE);
    assert_next(none[1], QUEUE_TURN);
    assert_next(far[1], QUEUE_DEADLINE);
    assert_next(far[2], QUEUE_ONLY);
}
END_TEST

START_TEST(clients_take_turns_however_much_one_asks_for)
{
    struct queue_item *many[4], *one, *other;

    begin_plain();
    for (int i = 0; i < 4; i++)
        many[i] = add(0, CLASS_BATCH, 0);
    one = add(1, CLASS_BATCH, 0);
    other = add(2, CLASS_BATCH, 0);
    assert_next(many[0], QUEUE_TURN);
    assert_next(one, QUEUE_TURN);
    assert_next(other, QUEUE_TURN);
    for (int i = 1; i < 4; i++)
        assert_next(many[i], i < 3 ? QUEUE_TURN : QUEUE_ONLY);
}
END_TEST

START_TEST(who_cannot_run_lets_others_pass)
{
    struct queue_item *first, *second, *lower;

    begin_plain();
    first = add(0, CLASS_INTERACTIVE, 10);
    second = add(0, CLASS_INTERACTIVE, 20);
    lower = add(0, CLASS_BATCH, 0);
    ck_assert_ptr_eq(queue_take(&queue, 0, always, first), second);
    ck_assert_ptr_eq(queue_take(&queue, 0, always, first), lower);
    ck_assert_ptr_null(queue_take(&queue, 0, always, first));
    ck_assert_ptr_eq(queue_take(&queue, 0, always, NULL), first);
}
END_TEST

START_TEST(a_full_queue_sheds_the_lowest_class_first)
{
    struct queue_item *batch, *shed = NULL;

    begin(&(struct queue_options){.depth = 2, .quantum_ns = 100000});
    add(0, CLASS_INTERACTIVE, 0);
    batch = add(1, CLASS_BATCH, 0);
    ck_assert_int_eq(queue_add(&queue, make(2, CLASS_BATCH, 0), 0, &shed), E_QUEUE_FULL);
    ck_assert_int_eq(queue_add(&queue, make(2, CLASS_INTERACTIVE, 0), 0, &shed), 0);
    ck_assert_ptr_eq(shed, batch);
    ck_assert_int_eq(queue_add(&queue, make(3, CLASS_INTERACTIVE, 0), 0, &shed), E_QUEUE_FULL);
    ck_assert_uint_eq(queue.n, 2);
}
END_TEST

START_TEST(in_one_class_who_has_most_makes_room)
{
    struct queue_item *last, *shed = NULL;

    begin(&(struct queue_options){.depth = 3, .quantum_ns = 100000});
    add(0, CLASS_BATCH, 0);
    add(0, CLASS_BATCH, 0);
    last = add(0, CLASS_BATCH, 0);
    ck_assert_int_eq(queue_add(&queue, make(1, CLASS_BATCH, 0), 0, &shed), 0);
    ck_assert_ptr_eq(shed, last);
    /* Two to one: another of the second would only turn it round. */
    ck_assert_int_eq(queue_add(&queue, make(1, CLASS_BATCH, 0), 0, &shed), E_QUEUE_FULL);
}
END_TEST

START_TEST(what_must_not_be_lost_is_never_shed)
{
    struct queue_item *keep = NULL, *shed = NULL;

    begin(&(struct queue_options){.depth = 1, .quantum_ns = 100000});
    keep = make(0, CLASS_BATCH, 0);
    queue_add_always(&queue, keep, 0);
    queue_add_always(&queue, make(0, CLASS_BATCH, 0), 0);
    ck_assert_int_eq(queue_add(&queue, make(1, CLASS_REALTIME, 0), 0, &shed), E_QUEUE_FULL);
    queue_remove(&queue, keep);
    ck_assert_uint_eq(queue.n, 1);
}
END_TEST

START_TEST(one_that_ran_in_vain_is_in_front_of_its_clients_others)
{
    struct queue_item *first, *second;

    begin_plain();
    first = add(0, CLASS_BATCH, 0);
    second = add(0, CLASS_BATCH, 0);
    ck_assert_ptr_eq(queue_take(&queue, 0, always, NULL), first);
    queue_add_again(&queue, first, 0);
    ck_assert_ptr_eq(queue_take(&queue, 0, always, NULL), first);
    ck_assert_ptr_eq(queue_take(&queue, 0, always, NULL), second);
}
END_TEST

START_TEST(what_is_ahead_is_what_is_more_urgent_and_what_floors_take)
{
    begin(&(struct queue_options){.quantum_ns = 100000, .floors = {[CLASS_BATCH] = 5}});
    ck_assert_uint_eq(ahead_of_ns(&queue, CLASS_INTERACTIVE, 0), 0);
    add(0, CLASS_REALTIME, 0);
    add(0, CLASS_INTERACTIVE, 10);
    add(0, CLASS_INTERACTIVE, 30);
    ck_assert_uint_eq(ahead_of_ns(&queue, CLASS_REALTIME, 0), 2 * MS);
    ck_assert_uint_eq(ahead_of_ns(&queue, CLASS_INTERACTIVE, 20 * MS), 4 * MS);
    ck_assert_uint_eq(ahead_of_ns(&queue, CLASS_INTERACTIVE, 0), 6 * MS);
    add(0, CLASS_BATCH, 0);
    /* 5 % of the time goes to the other, which has not earned a run yet. */
    ck_assert_uint_eq(ahead_of_ns(&queue, CLASS_INTERACTIVE, 20 * MS), 4 * MS * 100 / 95);
    queue_charge(&queue, &items[0], 30 * MS, 0); /* 1.5, and 1.71 of the next 34.2: its 2 are due */
    ck_assert_uint_eq(ahead_of_ns(&queue, CLASS_INTERACTIVE, 20 * MS), 4 * MS * 100 / 95 + 2 * MS);
    ck_assert_uint_eq(queue_first_deadline(&queue)->deadline_ns, 10 * MS);
    ck_assert_ptr_eq(queue_oldest(&queue), &items[0]);
}
END_TEST

SUITE(a_higher_class_goes_first_and_says_so,
      in_a_class_the_earliest_deadline_goes_first_and_those_without_last,
      deadlines_that_are_far_take_turns_with_those_without,
      clients_take_turns_however_much_one_asks_for, who_cannot_run_lets_others_pass,
      a_full_queue_sheds_the_lowest_class_first, in_one_class_who_has_most_makes_room,
      what_must_not_be_lost_is_never_shed, one_that_ran_in_vain_is_in_front_of_its_clients_others,
      what_is_ahead_is_what_is_more_urgent_and_what_floors_take);
