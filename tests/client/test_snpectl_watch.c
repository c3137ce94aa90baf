/* What snpectl shows of clients and jobs, also on a terminal, and by names that are up to no good.
 */
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include "base/error.h"
#include "tests/client/snpectl.h"

/* Nothing that a terminal would obey, but ends of lines. */
static void ck_assert_clean(const char *text)
{
    for (const char *at = text; *at; at++)
        ck_assert_msg((unsigned char)*at >= ' ' || *at == '\n', "byte %#x at %zu of: %s", *at,
                      (size_t)(at - text), text);
    ck_assert_ptr_null(strstr(text, "\177"));
    ck_assert_ptr_null(strstr(text, "\xc2\x9b"));     /* C1 */
    ck_assert_ptr_null(strstr(text, "\xe2\x80\xae")); /* an override of direction */
    ck_assert_ptr_null(strstr(text, "\xd7\x90"));     /* a letter written to the left */
}

START_TEST(ps_lists_clients_what_they_hold_and_what_is_under_way)
{
    fake_start(&fake, "sock");
    ck_assert_int_eq(CTL("ps"), 0);
    ck_assert_clean(out);
    ck_assert_str_eq(
        out,
        "SESSION   PID   UID  CLIENT            CALLS  RUNS  LOST  ON DEVS  RUN p99  WAIT p99\n"
        "      4  4711  1000  caméra                1   107     6    2.5 s  16.0 ms    900 us\n"
        "      5     1     0  ?[2J?]0;owned??+      0     0     0     0 us     0 us      0 us\n"
        "\n"
        "SESSION  MODEL  ON   RUNS  WHY THERE\n"
        "      4  echo   cpu   107  dsp: no Hexagon here\n"
        "\n"
        "  JOB  SESSION  MODEL  DEVICE  CLASS     STATE    WAITED     RAN\n"
        "70001        4  echo   cpu     realtime  running   40 us  1.5 ms\n"
        "3 clients of other users are not shown\n"
        "1 jobs of other users are not shown\n");
    locale = "LC_ALL=C";
    ck_assert_int_eq(CTL("ps"), 0);
    ck_assert_clean(out);
    ck_assert_has(out, "cam?ra   ");
    ck_assert_int_eq(CTL("ps", "--json"), 0);
    ck_assert_has(out,
                  "\"sessions\":[{\"session\":4,\"pid\":4711,\"uid\":1000,\"name\":\"caméra\"");
    ck_assert_has(out, "\"networks\":[{\"network\":1,\"model\":\"echo\",\"runtime\":\"cpu\","
                       "\"why\":\"dsp: no Hexagon here\",\"runs\":107}]");
    ck_assert_has(out, "\"hidden_sessions\":3,\"hidden_jobs\":1}");
    ck_assert_int_eq(CTL("ps", "--names"), 0);
    ck_assert_str_eq(out, "70001\n");
    fake_end(&fake);
}
END_TEST

START_TEST(why_tells_what_had_the_device_and_why_that_went_first)
{
    fake_start(&fake, "sock");
    ck_assert_int_eq(CTL("why", "70001"), 0);
    ck_assert_clean(out);
    ck_assert_has(out, "job 70001: echo of client 4 'caméra' on cpu, batch, ended\n"
                       "It waited.\n"
                       "20 us to read and check, 20.0 ms in the queue, 15.0 ms on the device, "
                       "1.0 ms to answer\n"
                       "it was the next because of: turn\n");
    ck_assert_has(out, "  JOB  CLIENT                MODEL  CLASS      DEVICE  WHY IT WENT FIRST\n"
                       "70000  ?[2J?]0;owned");
    ck_assert_has(out, "echo   realtime  19.0 ms  class\n"
                       "2 jobs of other users before it are not shown\n");
    ck_assert_int_eq(CTL("why", "70001", "--json"), 0);
    ck_assert_has(out, "{\"job\":70001,\"sentence\":\"It waited.\",\"state\":\"ended\",");
    ck_assert_int_eq(CTL("why", "1"), 1);
    ck_assert_has(err, "too long ago");
    ck_assert_int_eq(CTL("why", "soon"), 1);
    ck_assert_has(err, "'soon' is no job's number");
    ck_assert_int_eq(CTL("why"), 2);
    ck_assert_has(err, "snpectl why JOB");
    fake_end(&fake);
}
END_TEST

START_TEST(top_in_batches_has_rates_of_the_interval)
{
    fake_start(&fake, "sock");
    ck_assert_int_eq(CTL("top", "-b", "-n", "2", "--interval", "100ms"), 0);
    ck_assert_clean(out);
    ck_assert_has(out, "snped fake 1 ready, up for 1 min 1 s; clients 1, models 2 of ");
    ck_assert_has(out, "\nDEVICE  LOAD  10s");
    ck_assert_has(out, "\necho  ");
    ck_assert_has(out, "  cpu     as asked for\n");
    ck_assert_has(out, "layer 'conv1' is of no known type");
    ck_assert_has(out, "cpu: echo (dsp: no Hexagon here)\n");
    ck_assert_uint_eq(fake_count(&fake, METHOD_PS), 3);
    ck_assert_int_eq(CTL("top", "--batch", "--count", "1", "--interval", "50ms", "--json"), 0);
    ck_assert_has(out, "\"daemon\":{\"version\":\"fake 1\"");
    ck_assert_has(out, "\"name\":\"caméra\"");
    ck_assert_has(out, "\"rate\":");
    ck_assert_int_eq(CTL("top", "--interval", "1ms"), 2);
    ck_assert_int_eq(CTL("top"), 1);
    ck_assert_has(err, "there is no terminal to draw on: use --batch");
    fake_end(&fake);
}
END_TEST

/* A terminal with snpectl top on it. */
struct seat {
    int master;
    pid_t pid;
    struct termios before;
    char shown[1 << 16]; /* all that was written to it */
    size_t size;
};

static void sit_down_at(struct seat *seat, const char *kind)
{
    const struct winsize size = {.ws_row = 24, .ws_col = 80};
    int slave;

    ck_assert_int_eq(openpty(&seat->master, &slave, NULL, NULL, &size), 0);
    ck_assert_int_eq(tcgetattr(slave, &seat->before), 0);
    seat->size = 0;
    seat->pid = fork();
    if (seat->pid == 0) {
        setenv("LC_ALL", "C.UTF-8", 1);
        setenv("TERM", kind, 1);
        close(seat->master);
        login_tty(slave);
        execl(suite_bin("snpectl"), "snpectl", "top", "--interval", "50ms", "--socket", fake.path,
              NULL);
        _exit(127);
    }
    close(slave);
}

static void sit_down(struct seat *seat)
{
    sit_down_at(seat, "xterm");
}

/* Reads until WORDS come, behind those that were found before. */
static void watch_for(struct seat *seat, const char *words)
{
    for (;;) {
        char *found = memmem(seat->shown, seat->size, words, strlen(words));
        ssize_t n;

        if (found) {
            size_t used = (size_t)(found + strlen(words) - seat->shown);

            memmove(seat->shown, found + strlen(words), seat->size - used);
            seat->size -= used;
            return;
        }
        if (seat->size == sizeof(seat->shown)) { /* the end may hold their begin */
            memmove(seat->shown, seat->shown + seat->size - 64, 64);
            seat->size = 64;
        }
        n = read(seat->master, seat->shown + seat->size, sizeof(seat->shown) - seat->size);
        ck_assert_msg(n > 0, "'%s' did not come", words);
        seat->size += (size_t)n;
    }
}

static void stand_up(struct seat *seat)
{
    close(seat->master);
}

static void ck_assert_ends(struct seat *seat)
{
    struct termios after;
    int status;

    watch_for(seat, "\033[?7h\033[?25h\033[?1049l"); /* lines, cursor, screen: as before */
    ck_assert_int_eq(waitpid(seat->pid, &status, 0), seat->pid);
    ck_assert_int_eq(status, 0);
    ck_assert_int_eq(tcgetattr(seat->master, &after), 0);
    ck_assert_uint_eq(after.c_lflag, seat->before.c_lflag);
}

START_TEST(top_takes_over_the_terminal_and_gives_it_back)
{
    struct winsize wide = {.ws_row = 50, .ws_col = 160};
    static struct seat seat;

    fake_start(&fake, "sock");
    sit_down(&seat);
    watch_for(&seat, "\033[?1049h");
    watch_for(&seat, "LOAD  WAIT  RUN"); /* the load of 10 seconds is for wide ones */
    watch_for(&seat, "caméra");
    watch_for(&seat, "+\033[0m\r\r\n\033[K"); /* what is cut says so, and is not wiped away */
    watch_for(&seat, "now by runs/s");
    ck_assert_int_eq(write(seat.master, "s", 1), 1);
    watch_for(&seat, "now by device time");
    ck_assert_int_eq(write(seat.master, "\033[B", 3), 3); /* down: the first client goes */
    watch_for(&seat, "LATE");
    watch_for(&seat, "?]0;own+");
    ck_assert_int_eq(write(seat.master, "\033[A", 3), 3); /* up: it is back */
    watch_for(&seat, "caméra");
    ck_assert_int_eq(ioctl(seat.master, TIOCSWINSZ, &wide), 0);
    watch_for(&seat, "LOAD  10s  WAIT");
    watch_for(&seat, "cpu: echo (dsp: no Hexagon here)"); /* more than 80 columns hold */
    ck_assert_int_eq(write(seat.master, "q", 1), 1);
    ck_assert_ends(&seat);
    stand_up(&seat);
    fake_end(&fake);
}
END_TEST

START_TEST(a_terminal_that_cannot_move_its_cursor_is_not_drawn_on)
{
    static struct seat seat;
    int status;

    fake_start(&fake, "sock");
    sit_down_at(&seat, "dumb");
    watch_for(&seat, "there is no terminal to draw on: use --batch");
    ck_assert_int_eq(waitpid(seat.pid, &status, 0), seat.pid);
    ck_assert_int_eq(WEXITSTATUS(status), 1);
    stand_up(&seat);
    fake_end(&fake);
}
END_TEST

START_TEST(top_gives_the_terminal_back_when_it_is_killed_softly)
{
    static const int ways[] = {SIGTERM, SIGINT, SIGHUP};
    static struct seat seat;

    fake_start(&fake, "sock");
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        sit_down(&seat);
        watch_for(&seat, "caméra");
        ck_assert_int_eq(kill(seat.pid, ways[i]), 0);
        ck_assert_ends(&seat);
        stand_up(&seat);
    }
    fake_end(&fake);
}
END_TEST

START_TEST(top_waits_for_a_daemon_that_went_away)
{
    static struct seat seat;

    fake_start(&fake, "sock");
    sit_down(&seat);
    watch_for(&seat, "caméra");
    fake_stop(&fake);
    watch_for(&seat, "no daemon answers; trying again");
    fake_again(&fake);
    watch_for(&seat, "now by runs/s");
    ck_assert_int_eq(write(seat.master, "q", 1), 1);
    ck_assert_ends(&seat);
    stand_up(&seat);
    fake_end(&fake);
}
END_TEST

static size_t count(const char *text, const char *words)
{
    size_t n = 0;

    for (const char *at = text; (at = strstr(at, words)); at++)
        n++;
    return n;
}

/* Does PROGRAM take TEXT on its stdin? Its words end with NULL. */
static bool takes(const char *const *argv, const char *text)
{
    struct proc *proc;
    int fd, status;

    suite_write("text", text, strlen(text));
    fd = open("text", O_RDONLY | O_CLOEXEC);
    proc = proc_start(&(struct proc_spec){.argv = argv, .stdin_fd = fd});
    status = proc_wait(proc);
    if (status)
        printf("%s%s", proc_out(proc), proc_err(proc));
    proc_finish(proc, status);
    close(fd);
    suite_remove("text");
    return status == 0;
}

/* Does that command succeed? */
static bool is_there(const char *shell)
{
    struct proc *proc =
        proc_start(&(struct proc_spec){.argv = (const char *const[]){"sh", "-c", shell, NULL}});
    int status = proc_wait(proc);

    proc_finish(proc, status);
    return status == 0;
}

START_TEST(trace_is_json_with_tracks_steps_and_arrows)
{
    static const char parser[] = "import json, sys; json.load(sys.stdin)";

    fake_start(&fake, "sock");
    ck_assert_int_eq(CTL("trace", "50ms"), 0);
    ck_assert_str_eq(err,
                     "snpectl: 7 records, 3 more were lost ([daemon] history in snped.conf)\n");
    ck_assert_has(out,
                  "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[{\"ph\":\"M\","
                  "\"name\":\"process_name\",\"pid\":1,\"tid\":0,\"args\":{\"name\":\"snped\"}}");
    ck_assert_has(
        out, "{\"ph\":\"X\",\"name\":\"read echo\",\"pid\":1,\"tid\":2,\"ts\":0,\"dur\":1000,");
    ck_assert_has(out,
                  "{\"ph\":\"X\",\"name\":\"turn\",\"pid\":1,\"tid\":1,\"ts\":0,\"dur\":1000,");
    ck_assert_has(out, "\"args\":{\"name\":\"cpu lane 1\"}");
    ck_assert_has(out, "\"args\":{\"name\":\"gpu lane 0\"}");
    ck_assert_has(out,
                  "{\"ph\":\"X\",\"name\":\"call\",\"pid\":1,\"tid\":1,\"ts\":100,\"dur\":20,");
    ck_assert_has(out, "\"name\":\"two, step 1 of 2\"");
    ck_assert_has(out, "\"name\":\"two, step 2 of 2\"");
    ck_assert_has(out, "\"client\":\"cam\\\"era\\u000a\"");
    ck_assert_has(out, "\"result\":\"deadline\"");
    ck_assert_uint_eq(count(out, "\"ph\":\"s\""), 2); /* an arrow for each job that ran: */
    ck_assert_uint_eq(count(out, "\"ph\":\"t\""), 1);
    ck_assert_uint_eq(count(out, "\"ph\":\"f\""), 2);
    ck_assert_uint_eq(count(out, "\"ph\":\"b\""), count(out, "\"ph\":\"e\""));
    ck_assert_uint_eq(count(out, "\n"), 1);
    if (is_there("python3 -c '' 2>/dev/null"))
        ck_assert(takes((const char *const[]){"python3", "-c", parser, NULL}, out));
    ck_assert_int_eq(CTL("trace", "now"), 1);
    ck_assert_has(err, "'now' is no time");
    fake_end(&fake);
}
END_TEST

START_TEST(metrics_are_what_prometheus_reads)
{
    static const char parser[] =
        "import sys; from prometheus_client.parser import text_string_to_metric_families as read;"
        "assert len(list(read(sys.stdin.read()))) > 20";
    bool checked = false;

    fake_start(&fake, "sock");
    ck_assert_int_eq(CTL("metrics"), 0);
    ck_assert_has(out, "# HELP snped_uptime_seconds Time since the daemon began.\n"
                       "# TYPE snped_uptime_seconds gauge\n"
                       "snped_uptime_seconds 61.000000\n");
    ck_assert_has(out, "snped_device_jobs_total{device=\"cpu\"} 42\n");
    ck_assert_has(out, "snped_device_run_seconds{device=\"cpu\",quantile=\"0.5\"} 0.000090\n");
    ck_assert_has(out, "snped_network_run_seconds{model=\"echo\",runtime=\"cpu\",network=\"1\","
                       "quantile=\"0.99\"} 0.000120\n");
    ck_assert_has(out,
                  "snped_client_dropped_total{client=\"caméra\",session=\"4\",uid=\"1000\"} 5\n");
    ck_assert_clean(out);
    if (is_there("command -v promtool")) {
        checked = true;
        ck_assert(takes((const char *const[]){"promtool", "check", "metrics", NULL}, out));
    }
    if (is_there("python3 -c 'import prometheus_client' 2>/dev/null")) {
        checked = true;
        ck_assert(takes((const char *const[]){"python3", "-c", parser, NULL}, out));
    }
    if (!checked)
        suite_skip("neither promtool nor python's prometheus_client is here to read them");
    fake_end(&fake);
}
END_TEST

SUITE(a_terminal_that_cannot_move_its_cursor_is_not_drawn_on,
      ps_lists_clients_what_they_hold_and_what_is_under_way,
      why_tells_what_had_the_device_and_why_that_went_first,
      top_in_batches_has_rates_of_the_interval, top_takes_over_the_terminal_and_gives_it_back,
      top_gives_the_terminal_back_when_it_is_killed_softly, top_waits_for_a_daemon_that_went_away,
      trace_is_json_with_tracks_steps_and_arrows, metrics_are_what_prometheus_reads);
