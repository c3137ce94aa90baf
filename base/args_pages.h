#pragma once
/*
 * What else is made of a command line's table: a manual page and the shell's completion. The build
 * runs each program with --help-man and --help-completion, which args_parse answers by these. Texts
 * that are NULL are left out. Writing errors are OUT's, for the caller to look at.
 */
#include <stdio.h>

#include "base/args.h"

/*
 * A page of roff (man(7) macros) for SECTION of the manual: name, synopsis, description, commands,
 * options, notes. The texts are escaped; nothing in them is a request.
 */
void args_man(const struct args_spec *spec, int section, FILE *out);

/*
 * A file for bash-completion: function _PROGRAM, dashes as underscores, and its registration.
 * Options and commands by name; files where a value or a word of the synopsis is FILE or PATH,
 * folders for DIR; a command's NAME as the spec's names prints them, none if that fails. Programs',
 * commands' and options' names must be letters, digits, - and _, as they stand unquoted.
 */
void args_completion(const struct args_spec *spec, FILE *out);
