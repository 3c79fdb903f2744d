
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * rackscope-redact reads a log file as the lines of one body and prints what
 * redaction keeps of each of them, so that an operator can try rules before
 * nginx uses them.
 */


#include <stdio.h>
#include <stdlib.h>

#include "intake/rsl_intake.h"
#include "redact/rsl_redact.h"
#include "core/rsl_core.h"


#define TOOL_ARENA_SIZE  65536
#define TOOL_ERROR_SIZE  256


typedef struct {
    rsl_redact_t        *redact;
    rsl_redact_carry_t   carry;
    rsl_arena_t         *arena;
    unsigned             diff:1;
    uint64_t             lines;
    uint64_t             changed;
} tool_t;


static int tool_options(tool_t *tool, int argc, char **argv);
static int tool_rule(tool_t *tool, const char *pattern,
    const char *replacement);
static int tool_usage(FILE *file, int status);
static int tool_lines(tool_t *tool);
static int tool_line(tool_t *tool, const char *line, size_t len);
static void tool_print(char mark, const rsl_str_t *text);


int
main(int argc, char **argv)
{
    int     rc;
    tool_t  tool;

    memset(&tool, 0, sizeof(tool_t));

    tool.redact = rsl_redact_create(1);
    tool.arena = rsl_arena_create(TOOL_ARENA_SIZE);

    if (tool.redact == NULL || tool.arena == NULL) {
        (void) fprintf(stderr, "rackscope-redact: out of memory\n");
        rc = 1;

    } else {
        rsl_redact_carry_init(&tool.carry, tool.redact);

        rc = tool_options(&tool, argc, argv);

        if (rc == -1) {
            rc = tool_lines(&tool);
        }
    }

    rsl_redact_carry_reset(&tool.carry);
    rsl_arena_destroy(tool.arena);
    rsl_redact_destroy(tool.redact);

    return rc;
}


/* Returns the status to exit with, or -1 if the lines are to be read. */

static int
tool_options(tool_t *tool, int argc, char **argv)
{
    int  i, rc;

    for (i = 1; i < argc; i++) {

        if (strcmp(argv[i], "--diff") == 0) {
            tool->diff = 1;

        } else if (strcmp(argv[i], "--rule") == 0 && argc - i > 2) {
            rc = tool_rule(tool, argv[i + 1], argv[i + 2]);

            if (rc != 0) {
                return rc;
            }

            i += 2;

        } else if (strcmp(argv[i], "--help") == 0) {
            return tool_usage(stdout, 0);

        } else if (strcmp(argv[i], "--version") == 0) {
            (void) printf("rackscope-redact %s\n", RSL_VERSION);
            return 0;

        } else {
            return tool_usage(stderr, 2);
        }
    }

    return -1;
}


static int
tool_rule(tool_t *tool, const char *pattern, const char *replacement)
{
    char       error[TOOL_ERROR_SIZE];
    rsl_str_t  from, to;

    from.data = (const u_char *) pattern;
    from.len = strlen(pattern);
    to.data = (const u_char *) replacement;
    to.len = strlen(replacement);

    switch (rsl_redact_add(tool->redact, &from, &to, error, sizeof(error))) {

    case RSL_OK:
        return 0;

    case RSL_DECLINED:
        (void) fprintf(stderr, "rackscope-redact: %s\n", error);
        return 2;

    default:
        (void) fprintf(stderr, "rackscope-redact: out of memory\n");
        return 1;
    }
}


static int
tool_usage(FILE *file, int status)
{
    (void) fprintf(file,
        "usage: rackscope-redact [--diff] [--rule PATTERN REPLACEMENT]... "
        "< FILE\n"
        "       rackscope-redact --version\n"
        "\n"
        "Prints each line as it would be kept.\n"
        "  --diff    only the lines that change, before (-) and after (+)\n"
        "  --rule    a rule as in rackscope_logs_redact\n");

    return status;
}


static int
tool_lines(tool_t *tool)
{
    int      rc;
    char    *line;
    size_t   size;
    ssize_t  n;

    rc = 0;
    line = NULL;
    size = 0;

    while (rc == 0 && (n = getline(&line, &size, stdin)) >= 0) {

        if (n > 0 && line[n - 1] == '\n') {
            n--;
        }

        rc = tool_line(tool, line, (size_t) n);
    }

    free(line);

    if (tool->diff) {
        (void) fprintf(stderr, "%llu lines, %llu changed, %llu hidden as a "
                       "whole\n", (unsigned long long) tool->lines,
                       (unsigned long long) tool->changed, (unsigned long long)
                       rsl_redact_failures(tool->redact));
    }

    if (fflush(stdout) != 0 || ferror(stdin)) {
        perror("rackscope-redact");
        rc = 1;
    }

    return rc;
}


static int
tool_line(tool_t *tool, const char *line, size_t len)
{
    int        own;
    rsl_str_t  before, after;

    rsl_arena_reset(tool->arena);

    before.data = (const u_char *) line;
    before.len = len;

    if (rsl_utf8_repair(tool->arena, &before) != RSL_OK) {
        goto failed;
    }

    after = before;

    own = rsl_redact_carry_open(&tool->carry) && rsl_intake_begins(&before);

    if (rsl_redact_carry_line(&tool->carry, tool->arena, &after, own)
        == RSL_ERROR)
    {
        goto failed;
    }

    if (rsl_redact_text(tool->redact, tool->arena, &after) != RSL_OK) {
        goto failed;
    }

    tool->lines++;

    if (after.data != before.data) {
        tool->changed++;
    }

    if (!tool->diff) {
        tool_print(0, &after);

    } else if (after.data != before.data) {
        tool_print('-', &before);
        tool_print('+', &after);
    }

    return 0;

failed:

    (void) fprintf(stderr, "rackscope-redact: out of memory\n");

    return 1;
}


static void
tool_print(char mark, const rsl_str_t *text)
{
    if (mark) {
        (void) putchar(mark);
    }

    (void) fwrite(text->data, 1, text->len, stdout);
    (void) putchar('\n');
}
