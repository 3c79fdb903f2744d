
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Texts out of inputs, and the inputs that are slow for a shape.
 */


#include <ctype.h>

#include "bench_redact.h"


#define BENCH_PRINT  24


static size_t bench_part(char *part, const char *text);
static void bench_print_part(const char *part, size_t len);


void
bench_input(bench_input_t *input, const char *head, const char *unit,
    const char *tail)
{
    input->head_len = bench_part(input->head, head);
    input->unit_len = bench_part(input->unit, unit);
    input->tail_len = bench_part(input->tail, tail);
}


static size_t
bench_part(char *part, const char *text)
{
    size_t  len;

    len = strlen(text);
    len = len < BENCH_PART_MAX ? len : BENCH_PART_MAX;

    memcpy(part, text, len);

    return len;
}


void
bench_fill(const bench_input_t *input, u_char *p, size_t size)
{
    size_t  i;

    memcpy(p, input->head, input->head_len);

    for (i = input->head_len; i < size; i++) {
        p[i] = (u_char) input->unit[(i - input->head_len) % input->unit_len];
    }

    memcpy(p + size - input->tail_len, input->tail, input->tail_len);
}


/* head{unit}tail, of which the first bytes are enough to know it */

void
bench_print(const bench_input_t *input)
{
    bench_print_part(input->head, input->head_len);
    (void) putchar('{');
    bench_print_part(input->unit, input->unit_len);
    (void) putchar('}');
    bench_print_part(input->tail, input->tail_len);
}


static void
bench_print_part(const char *part, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {

        if (i == BENCH_PRINT) {
            (void) fputs("...", stdout);
            return;
        }

        if (part[i] == '\\') {
            (void) fputs("\\\\", stdout);

        } else if (isprint((u_char) part[i])) {
            (void) putchar(part[i]);

        } else {
            (void) printf("\\x%02x", (unsigned) (u_char) part[i]);
        }
    }
}


/*
 * The prefix over and over, alone and with a few characters that go on with
 * the shape and do not end it, and one prefix before a long run.
 */

int
bench_shape_input(const rsl_redact_shape_t *shape, size_t n,
    bench_input_t *input)
{
    char                        unit[BENCH_PART_MAX];
    static const bench_seed_t   around[] = {
        { NULL, "", "" },       { NULL, "-", "" },      { NULL, " ", "" },
        { NULL, "a-", "" },     { NULL, "0000000-", "" },
        { NULL, "aaaaaaaaaaaaaaaa.", "" },
        { NULL, "AAAAAAA/", "" },
        { NULL, "-aaaaaaaaa ", "" },
        { NULL, "_aaaaaaaaaaaaaaaaaaaaaaaaa;", "" },
        { "", "a", "" },        { "", "0", " " },       { "", "A", "." },
        { "", "-", "" },        { "", " ", "" },        { "", "a-", "" },
        { "", "a.", "" },       { "", "/", "" },        { "", " A", "-" }
    };

    if (n >= sizeof(around) / sizeof(around[0])) {
        return 0;
    }

    if (around[n].head != NULL) {
        bench_input(input, shape->prefix, around[n].unit, around[n].tail);
        return 1;
    }

    (void) snprintf(unit, sizeof(unit), "%s%s", shape->prefix,
                    around[n].unit);

    bench_input(input, "", unit, around[n].tail);

    return 1;
}
