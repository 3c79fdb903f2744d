
/*
 * A libFuzzer target: plants a marker as the secret of a carrier that the
 * input chooses, between texts of the input, and looks for it in what comes
 * out.  Also: what comes out is well-formed, and can be redacted again.
 */


#include <stdio.h>
#include <stdlib.h>

#include "rsl_redact.h"


#define FUZZ_TEXT_MAX   4096
#define FUZZ_MARKER     "Zq7xK2wV9bN4"

/* Base64url and long enough for any shape. */
#define FUZZ_LONG       "Zq7xK2wV9bN4Zq7xK2wV9bN4Zq7xK2wV9bN4Zq7xK2wV9bN4Zq7x"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/*
 * "*" is the secret, "^" the name.  Each begins and ends so that it does not
 * matter what is before and behind it.
 */

static const char *const  fuzz_carriers[] = {
    "\n^=*\n", "\n^: *\n", "\n^ = *\n", "\n^=*&a=b\n", "\n^=*, a=b\n",
    "\n\"^\": \"*\"\n", "\n'^': '*'\n", "\n\"^\":\"*\",\"a\":1\n",
    "\n\\\"^\\\":\\\"*\\\",\\\"a\\\":1\n",
    "\n\\\\\\\"^\\\\\\\":\\\\\\\"*\\\\\\\"\n",
    "\n^=\"a b * c\"\n", "\n^='a b * c'\n", "\nmap[^:* a:b]\n",
    "\n{^=*, a=b}\n", "\n^ => *\n", "\n\"^\" => \"*\"\n", "\n^%3D*%26a\n",
    "\n%22^%22%3A%22a *%22\n", "\n&quot;^&quot;:&quot;a *&quot;\n",
    "\n^&#61;*&amp;\n", "\n<^>*</^>\n", "\n--^ * --a\n", "\n[\"^\",\"*\"]\n",
    "\n(b'^', b'*')\n", "\n{\"name\":\"^\",\"value\":\"*\"}\n",
    "\n{\"value\":\"*\",\"name\":\"^\"}\n", "\nx(^=Some(\"*\"))\n",
    "\nf(^: str = \"*\")\n", "\n^ := \"*\"\n", "\n[^] => *\n",
    "\na[^]=*\n", "\n\"^\": [\"*\", 1]\n", "\n\"^\": {\"a\": \"*\"}\n",

    "\na://u:*@h\n", "\na://:*@h/p\n", "\na://u:p@*:/*@h\n",
    "\nhttps://*@h\n", "\na%3A%2F%2Fu%3A*%40h\n", "\nu:*@tcp(h)\n",

    "\nAuthorization: Bearer *\n", "\nAuthorization: *\n",
    "\nauthorization: Basic *\n", "\n\"Authorization\": \"Bearer *\"\n",
    "\nAuthorization: Digest a=\"b\", c=\"*\"\n", "\nbearer *\n",
    "\nmap[Authorization:[Bearer *]]\n", "\nAuthorization: x y *\n",

    "\nCookie: a=*\n", "\nCookie: a=b; c=*\n", "\nSet-Cookie: a=*; b\n",
    "\n-H 'Cookie: a=b; c=*'\n", "\ncookie=a=b; c=*\n",

    "\n-u u:* x\n", "\nmysql -p* x\n", "\nsshpass -p * x\n",
    "\nIDENTIFIED BY '*'\n", "\npassword '*'\n",

    "\n-----BEGIN RSA PRIVATE KEY-----\n*\n-----END\n",
    "\n-----BEGIN PRIVATE KEY-----\\n*",

    NULL
};


static const char *const  fuzz_shapes[] = {
    "\neyJhbGciOiJIUzI1NiJ9.eyJh.*\n", "\nghp_*\n", "\ngithub_pat_*\n",
    "\nglpat-*\n", "\nxoxb-1-*\n", "\nAIza*\n", "\nya29.*\n", "\nsk_live_*\n",
    "\nsk-*\n", "\nsk-ant-*\n", "\nhf_*\n", "\nnpm_*\n", "\npypi-*\n",
    "\nSG.*.*\n", "\nhvs.*\n", "\nglsa_*\n", "\nbot1234567:*\n",
    "\nhooks.slack.com/services/T/B/*\n",
    NULL
};


static const char *const  fuzz_names[] = {
    "password", "passwd", "pwd", "secret", "secret_key", "client_secret",
    "token", "access_token", "refreshToken", "api_key", "APIKEY", "auth",
    "private-key", "DB_PASSWORD", "X-Api-Key", "PGPASSWORD", "dbPassword",
    "passphrase", "session_id", "db_pass"
};


static rsl_redact_t  *fuzz_redact[2];
static rsl_arena_t   *fuzz_arena;


static size_t
fuzz_put(u_char *p, const char *carrier, const char *name, const char *marker)
{
    size_t  len;
    u_char  *start;

    start = p;

    for ( /* void */ ; *carrier; carrier++) {

        if (*carrier == '^') {
            len = strlen(name);
            memcpy(p, name, len);
            p += len;

        } else if (*carrier == '*') {
            len = strlen(marker);
            memcpy(p, marker, len);
            p += len;

        } else {
            *p++ = (u_char) *carrier;
        }
    }

    return (size_t) (p - start);
}


static int
fuzz_find(const rsl_str_t *text, const char *marker)
{
    size_t  i, len;

    len = strlen(marker);

    for (i = 0; i + len <= text->len; i++) {
        if (memcmp(text->data + i, marker, len) == 0) {
            return 1;
        }
    }

    return 0;
}


static void
fuzz_fail(const char *what, const rsl_str_t *before, const rsl_str_t *after)
{
    (void) fprintf(stderr, "%s:\n%.*s\n--- became ---\n%.*s\n", what,
                   (int) before->len, before->data, (int) after->len,
                   after->data);
    abort();
}


static void
fuzz_once(rsl_redact_t *redact, const rsl_str_t *before, const char *marker)
{
    rsl_str_t  text, again;

    text = *before;

    if (rsl_redact_text(redact, fuzz_arena, &text) != RSL_OK) {
        abort();
    }

    if (marker != NULL && fuzz_find(&text, marker)) {
        fuzz_fail("leak", before, &text);
    }

    if (rsl_utf8_valid(&text) != text.len) {
        fuzz_fail("ill-formed", before, &text);
    }

    again = text;

    if (rsl_redact_text(redact, fuzz_arena, &again) != RSL_OK) {
        abort();
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t       half, n, carriers, shapes;
    rsl_str_t    text;
    const char  *carrier, *name, *marker;

    static u_char  buf[2 * FUZZ_TEXT_MAX];

    if (fuzz_arena == NULL) {
        fuzz_arena = rsl_arena_create(65536);
        fuzz_redact[0] = rsl_redact_create(0);
        fuzz_redact[1] = rsl_redact_create(1);
    }

    if (size < 3 || size > FUZZ_TEXT_MAX) {
        return 0;
    }

    rsl_arena_reset(fuzz_arena);

    text.data = data;
    text.len = size;

    if (fuzz_find(&text, FUZZ_MARKER)) {
        /* the fuzzer has learned it */
        return 0;
    }

    carriers = sizeof(fuzz_carriers) / sizeof(fuzz_carriers[0]) - 1;
    shapes = sizeof(fuzz_shapes) / sizeof(fuzz_shapes[0]) - 1;

    n = data[0] % (carriers + shapes);
    carrier = n < carriers ? fuzz_carriers[n] : fuzz_shapes[n - carriers];
    marker = n < carriers ? FUZZ_MARKER : FUZZ_LONG;
    name = fuzz_names[data[1] % (sizeof(fuzz_names) / sizeof(fuzz_names[0]))];

    /* what is before it is whole lines without quotes, which would reach in */

    half = data[2] % (size - 2);
    n = 0;

    for (data += 3, size -= 3; n < half && n < size; n++) {
        buf[n] = strchr("\"'`[({\\&%<>", data[n]) ? '.' : data[n];
    }

    half = n;
    n += fuzz_put(buf + n, carrier, name, marker);

    if (size > half) {
        memcpy(buf + n, data + half, size - half);
        n += size - half;
    }

    text.data = buf;
    text.len = n;

    if (rsl_utf8_repair(fuzz_arena, &text) != RSL_OK) {
        abort();
    }

    fuzz_once(fuzz_redact[0], &text, marker);
    fuzz_once(fuzz_redact[1], &text, marker);

    /* and the input alone, for its own sake */

    text.data = data;
    text.len = size;

    if (rsl_utf8_repair(fuzz_arena, &text) != RSL_OK) {
        abort();
    }

    fuzz_once(fuzz_redact[1], &text, NULL);

    return 0;
}
