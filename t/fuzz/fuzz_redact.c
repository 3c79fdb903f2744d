
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A libFuzzer target: plants a marker as the secret of a carrier that the
 * input chooses, between texts of the input, and looks for it in what comes
 * out, as one text, as lines, and with colours or control characters between
 * any of its bytes.  Also: what comes out is well-formed, redacting it again
 * only hides more, and a text in which no rule finds its keyword stays as it
 * is.
 */


#define _GNU_SOURCE         /* memmem() */

#include <stdio.h>
#include <stdlib.h>

#include "intake/rsl_intake.h"
#include "redact/rsl_redact_internal.h"


#define FUZZ_TEXT_MAX   4096
#define FUZZ_MARKER     "Zq7xK2wV9bN4"
#define FUZZ_HEX        "9f86d081884c7d65"
#define FUZZ_UPPER      "ZQ7XK2WV9BN4"

/* Of markers, and long enough for any shape. */
#define LONG            "Zq7xK2wV9bN4Zq7xK2wV9bN4Zq7xK2wV9bN4Zq7xK2wV9bN4Zq7x"
#define HEX32           FUZZ_HEX FUZZ_HEX
#define HEX64           HEX32 HEX32
#define UPPER           FUZZ_UPPER FUZZ_UPPER
#define UUID            "9f86d081-884c-7d65-9f86-d081884c7d65"


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
    "\na[^]=*\n", "\n\"^\": [\"*\", 1]\n", "\n\"^\": {\"password\": \"*\"}\n",

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

    "\n^=\"a\n*\nb\"\n", "\n^: 'a\n  *\n' b\n", "\n\"^\":\n  \"*\",\n",
    "\n{\"^\": [\n  1,\n  {\"secret\": \"*\"}\n], 1}\n",
    "\n^: |\n  a\n  *\nb: c\n", "\n^: >-\n    *\n    *\n",
    "\n[\"^\",\n \"*\"]\n", "\n^ = \"\"\"a\n*\"\"\"\n",

    NULL
};


/* One for each prefix of a shape, at least. */

static const char *const  fuzz_shapes[] = {
    "\neyJhbGciOiJIUzI1NiJ9.eyJh." LONG "\n",
    "\neyJrIjoi" LONG LONG "\n",
    "\nZXlK" LONG "\n",
    "\n-----BEGIN RSA PRIVATE KEY-----" LONG "\n",
    "\nAKIA" UPPER "\n",
    "\nASIA" UPPER "\n",
    "\nABIA" UPPER "\n",
    "\nACCA" UPPER "\n",
    "\nABSK" LONG LONG "\n",
    "\nbedrock-api-key-" LONG "\n",
    "\namzn.mws." UUID "\n",
    "\namzn1.oa2-cs.v1." HEX64 "\n",
    "\nghp_" LONG "\n",
    "\ngho_" LONG "\n",
    "\nghu_" LONG "\n",
    "\nghs_" LONG "\n",
    "\nghs_1234_eyJhbGciOiJIUzI1NiJ9." LONG "." LONG "\n",
    "\nghr_" LONG "\n",
    "\ngithub_pat_" LONG "\n",
    "\nglpat-" LONG "\n",
    "\nGR1348941" LONG "\n",
    "\nxoxb-1-" LONG "\n",
    "\nxapp-1-" LONG "\n",
    "\nhooks.slack.com/services/T/B/" LONG "\n",
    "\ndiscord.com/api/webhooks/1/" LONG "\n",
    "\nbot1234567:" LONG "\n",
    "\nAIza" LONG "\n",
    "\nya29." LONG "\n",
    "\n1//0" LONG "\n",
    "\nGOCSPX-" LONG "\n",
    "\nsk_live_" LONG "\n",
    "\nsk_" HEX32 FUZZ_HEX "\n",
    "\nrk_live_" LONG "\n",
    "\nwhsec_" LONG "\n",
    "\nsk-ant-" LONG "\n",
    "\nsk-" LONG "\n",
    "\nhf_" LONG "\n",
    "\napi_org_" LONG "\n",
    "\ngsk_" LONG "\n",
    "\npplx-" LONG "\n",
    "\nr8_" LONG "\n",
    "\nxai-" LONG LONG "\n",
    "\nlsv2_pt_" HEX32 "_9f86d08188\n",
    "\nnpm_" LONG "\n",
    "\npypi-" LONG "\n",
    "\nrubygems_" HEX64 "\n",
    "\ndckr_pat_" LONG "\n",
    "\nSG." LONG "." LONG "\n",
    "\nkey-" HEX32 "\n",
    "\nSK" HEX32 "\n",
    "\nhvs." LONG "\n",
    "\ns." FUZZ_HEX "9f86d081\n",
    "\ndop_v1_" HEX64 "\n",
    "\nglsa_" LONG "\n",
    "\nshpat_" HEX32 "\n",
    "\ndapi" HEX32 "\n",
    "\nNRAK-" LONG "\n",
    "\nAGE-SECRET-KEY-1" UPPER UPPER "\n",
    "\nATATT3" LONG "\n",
    "\nlin_api_" LONG "\n",
    "\nPMAK-" HEX32 "-" HEX32 "\n",
    "\nA3-ZQ7XK2-WV9BN4-ZQ7XK-2WV9B-N4ZQ7-XK2WV\n",
    "\nops_eyJ" LONG "\n",
    "\np8e-" LONG "\n",
    "\npatZq7xK2wV9bN4Zq." HEX64 "\n",
    "\nLTAI" LONG "\n",
    "\nAKCp" LONG LONG "\n",
    "\ncmVmd" LONG LONG "\n",
    "\naccess_token$production$" FUZZ_HEX "$" HEX32 "\n",
    "\nxkeysib-" HEX64 "-" LONG "\n",
    "\nxsmtpsib-" HEX64 "-" LONG "\n",
    "\nbkua_" HEX32 "9f86d081\n",
    "\nCCIPAT_" LONG "\n",
    "\n4b1d" HEX32 "9f86d0\n",
    "\nCLOJARS_" LONG LONG "\n",
    "\nv1.0-" FUZZ_HEX "9f86d081-" HEX64 HEX64 "\n",
    "\nCFPAT-" LONG "\n",
    "\ncio" HEX32 "\n",
    "\ndnkey-" LONG "-" LONG "\n",
    "\ndp.pt." LONG "\n",
    "\nsl." LONG LONG LONG "\n",
    "\nduffel_live_" LONG "\n",
    "\ndt0c01." FUZZ_HEX "9f86d081." HEX64 "\n",
    "\nEZAK" HEX32 FUZZ_HEX "9f86d0\n",
    "\nEAAC" LONG LONG "\n",
    "\nfigd_" LONG "\n",
    "\nFLWSECK_TEST-" HEX32 "-X\n",
    "\nfm2_" LONG LONG "\n",
    "\nfo1_" LONG "\n",
    "\nfio-u-" LONG LONG "\n",
    "\npat." FUZZ_HEX "9f86d0." FUZZ_HEX "9f86d081." FUZZ_HEX "9f86\n",
    "\nsat." FUZZ_HEX "9f86d0." FUZZ_HEX "9f86d081." FUZZ_HEX "9f86\n",
    "\nHRKU-AA" LONG "\n",
    "\nico-" HEX32 "\n",
    "\ns-s4t2ud-" HEX64 "\n",
    "\nnapi_" HEX64 "\n",
    "\nnfp_" LONG "\n",
    "\nntn_" LONG "\n",
    "\nAPI-" UPPER UPPER "\n",
    "\nsha256~" LONG "\n",
    "\naccess-production-" UUID "\n",
    "\npscale_tkn_" LONG "\n",
    "\nphx_" LONG "\n",
    "\npnu_" LONG "\n",
    "\npul-" HEX32 "9f86d081\n",
    "\nrdme_" HEX64 "\n",
    "\ntk-us-" LONG "\n",
    "\nsntryu_" HEX64 "\n",
    "\nsm_pat_" LONG "\n",
    "\nshippo_live_" HEX32 "9f86d081\n",
    "\nsqu_" HEX32 "9f86d081\n",
    "\nsqa_" HEX32 "9f86d081\n",
    "\nsqp_" HEX32 "9f86d081\n",
    "\nsgp_" HEX32 "9f86d081\n",
    "\nsq0csp-" LONG "\n",
    "\nEAAA" LONG "\n",
    "\nsbp_" HEX32 "9f86d081\n",
    "\nsb_secret_" LONG "\n",
    "\ntskey-auth-" LONG "\n",
    "\na.webhook.office.com/webhookb2/" UUID "@" UUID "\n",
    "\na.atlasv1." LONG LONG "\n",
    "\nAAAAAAAAAAAAAAAAAAAAAM" LONG "%2B" LONG "\n",
    "\ntfp_" LONG "\n",
    "\nAQVN" LONG "\n",
    "\nt1.a." LONG LONG "\n",
    "\nYCZq7xK2wV9bN4Zq7xK2wV9bN4Zq7xK2wV9bN4Zq\n",
    "\n" HEX32 "9f86NRAL\n",
    "\nK10" HEX64 "::server:" LONG "\n",
    "\n$8$aes256-gcm$" LONG "\n",
    "\nbearer " LONG "\n",
    "\nbasic " LONG "\n",
    "\neu01xx" HEX32 "NRAL\n",
    "\nllx-" LONG "\n",
    "\nprivate-lines: 1\n" LONG "\n",
    "\nprivate-mac: " HEX64 "\n",
    "\ncfut_" LONG "\n",
    "\n$1$c2FsdA$" LONG "\n",
    "\n$6$c2FsdA$" LONG "\n",
    "\n$y$j9T$c2FsdA$" LONG "\n",
    "\n$gy$j9T$c2FsdA$" LONG "\n",
    "\n$apr1$c2FsdA$" LONG "\n",
    "\n$2a$10$" LONG "\n",
    "\n$2b$10$" LONG "\n",
    "\n$2x$10$" LONG "\n",
    "\n$2y$10$" LONG "\n",
    "\n$P$BZq7xK2wV9bN4Zq7xK2wV9bN4Zq7xK2\n",
    "\n$H$9Zq7xK2wV9bN4Zq7xK2wV9bN4Zq7xK2\n",
    "\n$5$c2FsdA$" LONG "\n",
    "\n$S$C" LONG "\n",
    "\n$S$D" LONG "\n",
    "\n$S$E" LONG "\n",
    "\n$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$" LONG "\n",
    "\npbkdf2_sha256$600000$c2FsdA$" LONG "\n",
    "\nscrypt:32768:8:1$c2FsdA$" HEX64 "\n",
    "\nSCRAM-SHA-256$4096:c2FsdA$" LONG ":" LONG "\n",
    "\nsha1$c2FsdA$" HEX32 "9f86d081\n",
    "\n{SHA}" LONG "\n",
    "\n{SSHA}" LONG "\n",
    "\n{SMD5}" LONG "\n",
    "\n{MD5}" LONG "\n",
    NULL
};


static const char *const  fuzz_names[] = {
    "password", "passwd", "pwd", "secret", "secret_key", "client_secret",
    "token", "access_token", "refreshToken", "api_key", "APIKEY", "auth",
    "private-key", "DB_PASSWORD", "X-Api-Key", "PGPASSWORD", "dbPassword",
    "passphrase", "session_id", "db_pass"
};


/* What may stand between any two bytes of a carrier. */

static const char *const  fuzz_codes[] = {
    "\033[1m", "\033[0;38;5;113m", "\033[m", "\033[K", "\033(B",
    "\033]8;;http://h/\033\\", "\033]8;;\007", "\xc2\x9b" "1m",
    "\xe2\x80\x8b", "\x01", "\x7f", "\\x1b[1m", "\\x1B[0;31m",
    "\\u001b[1m", "\\\\u001b[1m", "\\033[1m", "\\e[1m", "#033[1m", "^[[1m",
    "<ESC>[1m", "&#27;[1m", "[1m", "[0;31m"
};

#define FUZZ_CODES   (sizeof(fuzz_codes) / sizeof(fuzz_codes[0]))
#define FUZZ_PLACES  3


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


/* Is a marker, or half of one, in the text? */

static int
fuzz_marked(const rsl_str_t *text)
{
    return fuzz_find(text, FUZZ_MARKER) || fuzz_find(text, "9f86d081")
           || fuzz_find(text, FUZZ_UPPER);
}


static void
fuzz_fail(const char *what, const rsl_str_t *before, const rsl_str_t *after)
{
    (void) fprintf(stderr, "%s:\n", what);
    (void) fwrite(before->data, 1, before->len, stderr);
    (void) fprintf(stderr, "\n--- became ---\n");
    (void) fwrite(after->data, 1, after->len, stderr);
    (void) fprintf(stderr, "\n");
    abort();
}


/* Each shape has a carrier, or the marker is never planted in it. */

static void
fuzz_check_shapes(void)
{
    size_t                     i;
    const rsl_redact_shape_t  *shape;

    for (shape = rsl_redact_shapes; shape->name != NULL; shape++) {

        for (i = 0; fuzz_shapes[i] != NULL; i++) {
            if (strstr(fuzz_shapes[i], shape->prefix)) {
                break;
            }
        }

        if (fuzz_shapes[i] == NULL) {
            (void) fprintf(stderr, "no carrier for %s, \"%s\"\n", shape->name,
                           shape->prefix);
            abort();
        }
    }
}


/* The letters and digits of a text, in lower case, or all that is in it. */

static rsl_str_t
fuzz_folded(const rsl_str_t *text, int all)
{
    size_t     i;
    u_char     ch, *p;
    rsl_str_t  folded;

    p = rsl_arena_alloc(fuzz_arena, text->len + 1);
    if (p == NULL) {
        abort();
    }

    folded.data = p;

    for (i = 0; i < text->len; i++) {
        ch = text->data[i];
        ch = ch >= 'A' && ch <= 'Z' ? ch | 0x20 : ch;

        if (all || (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z')) {
            *p++ = ch;
        }
    }

    folded.len = (size_t) (p - folded.data);

    return folded;
}


/* Does the text, in small letters, have a prefix of one of the shapes? */

static int
fuzz_has_prefix(const rsl_str_t *lower, const rsl_redact_shape_t *shape)
{
    size_t  i;
    u_char  prefix[64];

    for ( /* void */ ; shape->name != NULL; shape++) {

        for (i = 0; shape->prefix[i] && i < sizeof(prefix) - 1; i++) {
            prefix[i] = shape->prefix[i] >= 'A' && shape->prefix[i] <= 'Z'
                        ? shape->prefix[i] | 0x20 : shape->prefix[i];
        }

        prefix[i] = '\0';

        if (fuzz_find(lower, (char *) prefix)) {
            return 1;
        }
    }

    return 0;
}


/*
 * Is it a text in which no rule can find anything: without a name of a secret,
 * a prefix of a shape, a URL and an option, and without an escape that could
 * hide one?
 */

static int
fuzz_harmless(const rsl_str_t *text)
{
    size_t                       i;
    rsl_str_t                    lower, word;
    const rsl_redact_keyword_t  *keyword;

    for (i = 0; i < text->len; i++) {
        if (text->data[i] >= 0x80 || strchr("%&\\@-~", text->data[i])) {
            return 0;
        }
    }

    word = fuzz_folded(text, 0);

    if (fuzz_find(&word, "identifiedby")) {
        return 0;
    }

    for (keyword = rsl_redact_keywords; keyword->text != NULL; keyword++) {
        if (fuzz_find(&word, keyword->text)) {
            return 0;
        }
    }

    lower = fuzz_folded(text, 1);

    return !fuzz_has_prefix(&lower, rsl_redact_shapes)
           && !fuzz_has_prefix(&lower, rsl_redact_commands)
           && !fuzz_has_prefix(&lower, rsl_redact_statements);
}


/* Are the pieces between the masks of "again" in "text", in their order? */

static int
fuzz_hides_more(const rsl_str_t *text, const rsl_str_t *again)
{
    size_t         len;
    const u_char  *p, *end, *at, *mask;

    at = text->data;
    end = again->data + again->len;

    for (p = again->data; p < end; p = mask + sizeof("***") - 1) {

        mask = memmem(p, (size_t) (end - p), "***", sizeof("***") - 1);
        len = (size_t) ((mask ? mask : end) - p);

        at = memmem(at, (size_t) (text->data + text->len - at), p, len);

        if (at == NULL) {
            return 0;
        }

        if (mask == NULL) {
            break;
        }

        at += len;
    }

    return 1;
}


/*
 * The lines of the text, as the intake gives them to the carry, and then as
 * records of their own: no marker is in any.
 */

static void
fuzz_lines(rsl_redact_t *redact, const rsl_str_t *before)
{
    int                  own;
    rsl_str_t            line, text;
    const u_char        *p, *end;
    rsl_redact_carry_t   carry;

    rsl_redact_carry_init(&carry, redact);

    end = before->data + before->len;

    for (p = before->data; p < end; p = line.data + line.len + 1) {
        line.data = p;
        line.len = (size_t) (rsl_redact_char_eol(p, end) - p);

        text = line;
        text.len -= text.len && text.data[text.len - 1] == '\r';

        own = rsl_redact_carry_open(&carry) && rsl_intake_begins(&text);

        if (rsl_redact_carry_line(&carry, fuzz_arena, &text, own) == RSL_ERROR
            || rsl_redact_text(redact, fuzz_arena, &text) != RSL_OK)
        {
            abort();
        }

        if (fuzz_marked(&text)) {
            fuzz_fail("leak in a line", before, &text);
        }

        if (rsl_utf8_valid(&text) != text.len) {
            fuzz_fail("ill-formed line", before, &text);
        }
    }

    rsl_redact_carry_reset(&carry);
}


/* Removes each "code" from a copy of the text. */

static rsl_str_t
fuzz_undressed(const rsl_str_t *text, const char *code)
{
    size_t         len;
    u_char        *dst;
    rsl_str_t      plain;
    const u_char  *p, *end;

    len = strlen(code);

    dst = rsl_arena_alloc(fuzz_arena, text->len + 1);
    if (dst == NULL) {
        abort();
    }

    plain.data = dst;
    end = text->data + text->len;

    for (p = text->data; p < end; /* void */ ) {
        if ((size_t) (end - p) >= len && memcmp(p, code, len) == 0) {
            p += len;

        } else {
            *dst++ = *p++;
        }
    }

    plain.len = (size_t) (dst - plain.data);

    return plain;
}


/*
 * Puts a code at some places of the text from "from" to "to", as the bytes of
 * "choice" say: the marker must go nevertheless.
 */

static void
fuzz_dressed(const rsl_str_t *before, size_t from, size_t to,
    const uint8_t *choice)
{
    size_t       i, n, len, at[FUZZ_PLACES];
    rsl_str_t    text, after;
    const char  *code;

    static u_char  buf[3 * FUZZ_TEXT_MAX];

    code = fuzz_codes[choice[0] % FUZZ_CODES];
    len = strlen(code);
    n = 0;

    for (i = 0; i < FUZZ_PLACES; i++) {
        /* not before the first line feed, nor behind the last one */
        at[i] = from + 1 + choice[i + 1] % (to - from - 1);
    }

    for (i = 0; i < before->len; i++) {

        if ((i == at[0] || i == at[1] || i == at[2])
            && before->data[i] != ']'
            && (i == 0 || before->data[i - 1] != '\\'))
        {
            memcpy(buf + n, code, len);
            n += len;
        }

        buf[n++] = before->data[i];
    }

    text.data = buf;
    text.len = n;

    if (rsl_utf8_repair(fuzz_arena, &text) != RSL_OK) {
        abort();
    }

    after = text;

    if (rsl_redact_text(fuzz_redact[1], fuzz_arena, &after) != RSL_OK) {
        abort();
    }

    if (rsl_utf8_valid(&after) != after.len) {
        fuzz_fail("ill-formed with codes", &text, &after);
    }

    after = fuzz_undressed(&after, code);

    if (fuzz_marked(&after)) {
        fuzz_fail("leak with codes", &text, &after);
    }
}


static void
fuzz_once(rsl_redact_t *redact, const rsl_str_t *before, int planted)
{
    rsl_str_t  text, again;

    text = *before;

    if (rsl_redact_text(redact, fuzz_arena, &text) != RSL_OK) {
        abort();
    }

    if (planted && fuzz_marked(&text)) {
        fuzz_fail("leak", before, &text);
    }

    if (planted) {
        fuzz_lines(redact, before);
    }

    if (rsl_utf8_valid(&text) != text.len) {
        fuzz_fail("ill-formed", before, &text);
    }

    if (text.data != before->data && fuzz_harmless(before)) {
        fuzz_fail("harmless", before, &text);
    }

    again = text;

    if (rsl_redact_text(redact, fuzz_arena, &again) != RSL_OK) {
        abort();
    }

    if (!fuzz_hides_more(&text, &again)) {
        fuzz_fail("again", &text, &again);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t       half, n, len, carriers, shapes;
    rsl_str_t    text;
    const char  *carrier, *name;

    static u_char  buf[2 * FUZZ_TEXT_MAX];

    if (fuzz_arena == NULL) {
        fuzz_arena = rsl_arena_create(65536);
        fuzz_redact[0] = rsl_redact_create(0);
        fuzz_redact[1] = rsl_redact_create(1);
        fuzz_check_shapes();
    }

    if (size < 3 || size > FUZZ_TEXT_MAX) {
        return 0;
    }

    rsl_arena_reset(fuzz_arena);

    text.data = data;
    text.len = size;

    if (fuzz_marked(&text)) {
        /* the fuzzer has learned one */
        return 0;
    }

    carriers = sizeof(fuzz_carriers) / sizeof(fuzz_carriers[0]) - 1;
    shapes = sizeof(fuzz_shapes) / sizeof(fuzz_shapes[0]) - 1;

    n = (data[0] | (data[1] & 0x80) << 1) % (carriers + shapes);
    carrier = n < carriers ? fuzz_carriers[n] : fuzz_shapes[n - carriers];
    name = fuzz_names[data[1] % (sizeof(fuzz_names) / sizeof(fuzz_names[0]))];

    /* what is before it is whole lines without quotes, which would reach in */

    half = data[2] % (size - 2);
    n = 0;

    for (data += 3, size -= 3; n < half && n < size; n++) {
        buf[n] = strchr("\"'`[({\\&%<>", data[n]) ? '.' : data[n];
    }

    half = n;
    len = fuzz_put(buf + n, carrier, name, FUZZ_MARKER);
    n += len;

    if (size > half) {
        memcpy(buf + n, data + half, size - half);
        n += size - half;
    }

    text.data = buf;
    text.len = n;

    if (size > FUZZ_PLACES) {
        fuzz_dressed(&text, half, half + len, data + size - FUZZ_PLACES - 1);
    }

    if (rsl_utf8_repair(fuzz_arena, &text) != RSL_OK) {
        abort();
    }

    fuzz_once(fuzz_redact[0], &text, 1);
    fuzz_once(fuzz_redact[1], &text, 1);

    /* and the input alone, for its own sake */

    text.data = data;
    text.len = size;

    if (rsl_utf8_repair(fuzz_arena, &text) != RSL_OK) {
        abort();
    }

    fuzz_once(fuzz_redact[1], &text, 0);

    return 0;
}
