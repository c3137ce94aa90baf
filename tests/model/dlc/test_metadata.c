#include <string.h>

#include "base/error.h"
#include "model/dlc/metadata.h"
#include "tests/support/suite.h"

static struct dlc_metadata parse(const char *text)
{
    struct dlc_metadata metadata;
    struct fault fault = {""};

    ck_assert_msg(metadata_parse(text, strlen(text), &metadata, &fault) == 0, "%s", fault.text);
    return metadata;
}

/* In the form of a real file of 1.19. */
START_TEST(values_hold_spaces_and_equals_signs)
{
    struct dlc_metadata metadata =
        parse("converter-command=snpe-tensorflow-to-dlc input_dim=[['x', '1,4']] verbose=False\n"
              "converter-version=1.19.2.0\nmodel-version=N/A\n");

    ck_assert_str_eq(metadata.converter_command,
                     "snpe-tensorflow-to-dlc input_dim=[['x', '1,4']] verbose=False");
    ck_assert_str_eq(metadata.converter_version, "1.19.2.0");
    ck_assert_str_eq(metadata.model_copyright, "N/A");
    ck_assert_str_eq(metadata.model_version, "N/A");
    ck_assert_ptr_null(metadata.quantizer_command);
    dlc_metadata_done(&metadata);
}
END_TEST

START_TEST(what_is_no_line_of_ours_is_passed_over)
{
    struct dlc_metadata metadata = parse("model-versio=1\nmodel-version\n=x\n\nmodel-version=2\n"
                                         "model-version=3\nquantizer-command=");

    ck_assert_str_eq(metadata.model_version, "2");
    ck_assert_str_eq(metadata.quantizer_command, "");
    dlc_metadata_done(&metadata);
    metadata = parse("");
    ck_assert_str_eq(metadata.converter_version, "N/A");
    dlc_metadata_done(&metadata);
}
END_TEST

START_TEST(what_is_no_text_is_not_printed)
{
    struct dlc_metadata metadata =
        parse("model-version=a\x1b[2Jb\xff\xc3\nmodel-copyright=\xc3\xa4\n");

    ck_assert_str_eq(metadata.model_version, "a?[2Jb??");
    ck_assert_str_eq(metadata.model_copyright, "\xc3\xa4");
    dlc_metadata_done(&metadata);
}
END_TEST

START_TEST(a_record_of_absurd_size_is_refused)
{
    size_t size = (1 << 20) + 1;
    char *text = calloc(size, 1);
    struct dlc_metadata metadata;
    struct fault fault = {""};

    ck_assert_int_eq(metadata_parse(text, size, &metadata, &fault), E_DLC_RECORD);
    ck_assert_ptr_nonnull(strstr(fault.text, "record dlc.metadata has 1048577 bytes"));
    free(text);
}
END_TEST

static void check_printed(const struct dlc_metadata *metadata, const char *want)
{
    struct buf text = {NULL, 0, 0};

    ck_assert_int_eq(metadata_print(metadata, &text), 0);
    ck_assert_uint_eq(text.size, strlen(want));
    ck_assert_mem_eq(text.base, want, text.size);
    buf_done(&text);
}

START_TEST(lines_are_sorted_and_whole)
{
    char two_lines[] = "(c)\nsomebody", version[] = "v1", command[] = "q a=b";
    const struct dlc_metadata metadata = {
        .model_copyright = two_lines, .model_version = version, .quantizer_command = command};

    check_printed(NULL, "converter-command=N/A\nconverter-version=N/A\nmodel-copyright=N/A\n"
                        "model-version=N/A\n");
    check_printed(&metadata, "converter-command=N/A\nconverter-version=N/A\n"
                             "model-copyright=(c) somebody\nmodel-version=v1\n"
                             "quantizer-command=q a=b\n");
}
END_TEST

/* SNPE keeps 64 bytes of the model's version; a character that would be cut goes too. */
START_TEST(a_long_model_version_is_cut_between_characters)
{
    char version[80] = "";
    const struct dlc_metadata metadata = {.model_version = version};

    memset(version, 'v', 63);
    memcpy(version + 63, "\xc3\xa4 and more", 11);
    check_printed(&metadata, suite_text("converter-command=N/A\nconverter-version=N/A\n"
                                        "model-copyright=N/A\nmodel-version=%.63s\n",
                                        version));
}
END_TEST

START_TEST(lines_of_others_are_kept_in_their_place)
{
    struct dlc_metadata metadata =
        parse("zeta=1\nconverter-version=1.2\nbeta==a b\nbeta=2\r\nconverter=x\n=none\nno key\n"
              "model-versioned=y\n\xff=z\n");

    ck_assert_str_eq(metadata.others,
                     "zeta=1\nbeta==a b\nbeta=2?\nconverter=x\nmodel-versioned=y\n?=z\n");
    check_printed(&metadata, "?=z\nbeta==a b\nbeta=2?\nconverter=x\nconverter-command=N/A\n"
                             "converter-version=1.2\nmodel-copyright=N/A\nmodel-version=N/A\n"
                             "model-versioned=y\nzeta=1\n");
    dlc_metadata_done(&metadata);
}
END_TEST

SUITE(values_hold_spaces_and_equals_signs, what_is_no_line_of_ours_is_passed_over,
      what_is_no_text_is_not_printed, a_record_of_absurd_size_is_refused,
      lines_are_sorted_and_whole, a_long_model_version_is_cut_between_characters,
      lines_of_others_are_kept_in_their_place);
