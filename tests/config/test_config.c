#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "config/config.h"
#include "tests/support/suite.h"

static struct config *presets(void)
{
    struct config *config = NULL;
    struct fault fault = {""};

    ck_assert_msg(config_new(&config, &fault) == 0, "%s", fault.text);
    return config;
}

static int read_text(struct config *config, const char *text, struct fault *fault)
{
    return config_read_bytes(config, "a.conf", text, strlen(text), fault);
}

static void refused(const char *text, const char *sentence)
{
    struct config *config = presets();
    struct fault fault = {""};

    ck_assert_int_eq(read_text(config, text, &fault), E_SETTING);
    ck_assert_str_eq(fault.text, sentence);
    config_free(config);
}

START_TEST(presets_are_what_the_table_says)
{
    struct config *config = presets();

    ck_assert_str_eq(config->daemon_socket, "/run/snped/snped.sock");
    ck_assert_uint_eq(config->daemon_socket_mode, 0660);
    ck_assert_uint_eq(config->daemon_inline_most, 1 << 20);
    ck_assert_uint_eq(config->daemon_stop_timeout, 30000);
    ck_assert_uint_eq(config->daemon_runtimes.n, 1);
    ck_assert_int_eq(config->daemon_runtimes.runtimes[0], RUNTIME_CPU);
    ck_assert_uint_eq(config->policy_run_groups.n, 1);
    ck_assert_str_eq(config->policy_run_groups.words[0], "snpe");
    ck_assert_uint_eq(config->policy_run_users.n, 0);
    ck_assert_str_eq(config->runtimes[RUNTIME_GPU].options, "");
    ck_assert_uint_eq(config->devices[DEVICE_CPU].lanes, 1);
    config_free(config);
}
END_TEST

START_TEST(a_file_wins_over_presets_and_the_command_line_over_both)
{
    struct config *config = presets();
    struct fault fault = {""};

    ck_assert_msg(read_text(config,
                            "[daemon]\nsocket = /a\nruntimes = dsp, gpu cpu\ninline_most = 4M\n"
                            "[quota]\nsessions = 7\n[device cpu]\nlanes = 2\n"
                            "[runtime gpu]\noptions = a=b c\n",
                            &fault) == 0,
                  "%s", fault.text);
    ck_assert_str_eq(config->daemon_socket, "/a");
    ck_assert_uint_eq(config->daemon_runtimes.n, 3);
    ck_assert_int_eq(config->daemon_runtimes.runtimes[0], RUNTIME_DSP);
    ck_assert_int_eq(config->daemon_runtimes.runtimes[2], RUNTIME_CPU);
    ck_assert_uint_eq(config->daemon_inline_most, 4 << 20);
    ck_assert_uint_eq(config->quota_sessions, 7);
    ck_assert_uint_eq(config->devices[DEVICE_CPU].lanes, 2);
    ck_assert_uint_eq(config->devices[DEVICE_GPU].lanes, 1);
    ck_assert_str_eq(config->runtimes[RUNTIME_GPU].options, "a=b c");
    ck_assert_int_eq(config_set(config, "daemon", "socket", "/b", &fault), 0);
    ck_assert_str_eq(config->daemon_socket, "/b");
    config_free(config);
}
END_TEST

START_TEST(a_refusal_names_file_line_section_and_key)
{
    refused(
        "[daemon]\n\nsockets = /a\n[queue]\n",
        "a.conf:3: [daemon] sockets: there is no such key; there are: socket socket_mode models "
        "models_d cache_dir runtimes threads inline_most model_most log hello_timeout "
        "stop_timeout watchdog_floor history");
    refused("[demon]\nsocket = /a\n", "a.conf:2: [demon] socket: there is no such section");
    refused("socket = /a\n", "a.conf:1: [] socket: there is no such section");
    refused("[runtime npu]\noptions = x\n",
            "a.conf:2: [runtime npu] options: there is no runtime of that name");
    refused("[device npu]\nlanes = 1\n",
            "a.conf:2: [device npu] lanes: there is no device of that name");
    refused("[device cpu]\nlane = 1\n", "a.conf:2: [device cpu] lane: there is no such key; there "
                                        "are: retry quarantine burst_hold idle lanes memory");
}
END_TEST

START_TEST(a_value_of_the_wrong_form_says_what_would_be_right)
{
    refused("[quota]\nsessions = many\n", "a.conf:2: [quota] sessions: \"many\" is not a number");
    refused("[quota]\nsessions = 0\n", "a.conf:2: [quota] sessions: 0 is not between 1 and 65536");
    refused("[quota]\nsessions = 99999999999999999999\n",
            "a.conf:2: [quota] sessions: 99999999999999999999 is not between 1 and 65536");
    refused("[daemon]\ninline_most = 65M\n",
            "a.conf:2: [daemon] inline_most: 65M is not between 65536 and 66060288");
    refused("[daemon]\ninline_most = 1X\n",
            "a.conf:2: [daemon] inline_most: \"1X\" is not a size: 64, 4K, 16M, 1G");
    refused("[daemon]\nstop_timeout = soon\n",
            "a.conf:2: [daemon] stop_timeout: \"soon\" is not a duration: 250ms, 2s, 5min, 1h; a "
            "bare number is seconds");
    refused("[daemon]\nstop_timeout = 2h\n",
            "a.conf:2: [daemon] stop_timeout: 2h is not between 0 and 3600000 milliseconds");
    refused("[daemon]\nsocket_mode = 0680\n",
            "a.conf:2: [daemon] socket_mode: \"0680\" is not an octal mode: 0660");
    refused("[daemon]\nlog = loud\n",
            "a.conf:2: [daemon] log: \"loud\" is not error, warning, notice, info or debug");
    refused("[daemon]\nsocket =\n", "a.conf:2: [daemon] socket: it is empty");
    refused("[daemon]\nruntimes =\n",
            "a.conf:2: [daemon] runtimes: 0 runtimes are named; 1 to 8 can be");
}
END_TEST

START_TEST(an_unknown_runtime_is_answered_with_those_there_are)
{
    struct config *config = presets();
    struct fault fault = {""};

    ck_assert_int_eq(read_text(config, "[daemon]\nruntimes = cpu npu\n", &fault), E_SETTING);
    ck_assert_ptr_nonnull(
        strstr(fault.text, "there is no runtime \"npu\"; there are: cpu fxp gpu"));
    config_free(config);
}
END_TEST

START_TEST(a_setting_given_twice_is_refused_with_both_lines)
{
    refused("[quota]\nsessions = 5\n[queue]\ndepth = 1\n[quota]\nsessions = 6\n",
            "a.conf:6: [quota] sessions: line 2 gave it already");
    refused("[daemon]\nsocket = /a\n  /b\n", "a.conf:3: [daemon] socket: line 2 gave it already");
}
END_TEST

START_TEST(the_command_line_is_blamed_by_its_option)
{
    struct config *config = presets();
    struct fault fault = {""};

    ck_assert_int_eq(config_set(config, "daemon", "socket", "", &fault), E_SETTING);
    ck_assert_str_eq(fault.text, "--socket : it is empty");
    config_free(config);
}
END_TEST

/* The sample with every comment sign before a setting taken away. */
static char *uncommented_sample(size_t *ret_size)
{
    char *text = NULL, *rest, *line, *out;
    FILE *file = open_memstream(&text, ret_size);

    ck_assert_ptr_nonnull(file);
    config_print_sample(file);
    fclose(file);
    out = rest = text;
    while ((line = strsep(&rest, "\n"))) {
        if (line[0] == '#' && line[1] == ' ')
            continue;
        line += line[0] == '#';
        memmove(out, line, strlen(line));
        out += strlen(line);
        *out++ = '\n';
    }
    *ret_size = (size_t)(out - text);
    return text;
}

START_TEST(the_sample_is_a_file_that_changes_nothing)
{
    struct config *config = presets();
    struct fault fault = {""};
    size_t size;
    char *text = uncommented_sample(&size);

    ck_assert_msg(config_read_bytes(config, "sample", text, size, &fault) == 0, "%s", fault.text);
    ck_assert_str_eq(config->daemon_socket, "/run/snped/snped.sock");
    ck_assert_uint_eq(config->quota_sessions, 256);
    free(text);
    config_free(config);
}
END_TEST

SUITE(presets_are_what_the_table_says, a_file_wins_over_presets_and_the_command_line_over_both,
      a_refusal_names_file_line_section_and_key, a_value_of_the_wrong_form_says_what_would_be_right,
      an_unknown_runtime_is_answered_with_those_there_are,
      a_setting_given_twice_is_refused_with_both_lines, the_command_line_is_blamed_by_its_option,
      the_sample_is_a_file_that_changes_nothing);
