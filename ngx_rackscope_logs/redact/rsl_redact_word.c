
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Words that are no secret although they stand beside the name of one: what has
 * failed, a type, a state, a method, and what a sentence of these has around
 * them.
 *
 * A new word is one more in a list.  The lists are made into a hash table by
 * rsl_redact_word_init(), for a sentence asks for each of its words.
 */


#include "rsl_redact_internal.h"


typedef struct {
    unsigned     kinds;
    const char  *words;     /* in lower case, a blank between two of them */
} rsl_redact_word_list_t;


static int rsl_redact_word_add(rsl_redact_names_t *names, const char *text,
    size_t len, unsigned kinds);
static uint32_t rsl_redact_word_hash(const u_char *p, size_t len);


#define FAILURE  RSL_REDACT_WORD_FAILURE
#define TYPE     RSL_REDACT_WORD_TYPE
#define STATE    RSL_REDACT_WORD_STATE
#define METHOD   RSL_REDACT_WORD_METHOD
#define FILLER   RSL_REDACT_WORD_FILLER
#define HIDDEN   RSL_REDACT_WORD_HIDDEN
#define SCHEME   RSL_REDACT_WORD_SCHEME
#define CONSTRUCTOR  RSL_REDACT_WORD_CONSTRUCTOR

static const rsl_redact_word_list_t  rsl_redact_word_lists[] = {
    { FAILURE,
      "abgelaufen aborted absent ambiguous bad blank breached can't "
      "canceled cancelled cannot compromised conflicting corrupt corrupted "
      "could couldn't critical denial denied deprecated didn't disallowed "
      "doesn't don't duplicate empty ensure erforderlich error errors exceeded "
      "exception exhausted expected expired fail failed fails failure "
      "falsch fatal fehlt forbidden forgotten ignored illegal inaccessible "
      "incomplete incorrect incorrecta insufficient invalid isn't lacking "
      "lacks locked long lost malformed mandatory manquant may "
      "misconfigured mismatch mismatched mismatching missing must na need "
      "needed needs never nil no none nonexistent nope not null obligatorio "
      "optional outdated prohibited refused rejected requerida required "
      "requis requise reused revoked short should skipped stale timeout too "
      "truncated unable unauthenticated unauthorized unavailable "
      "unconfigured undecodable undecryptable undefined unencrypted "
      "unexpected unknown unparsable unprotected unreachable unreadable "
      "unrecognised unrecognized unrecoverable unresolved unset unspecified "
      "unsupported untrusted unverified violates violation warning wasn't "
      "weak without won't wrong" },
    { TYPE,
      "any arc array bigint binary blob bool boolean box buffer byte bytea "
      "bytes callback char character clob const cow date datetime dedent "
      "dict double enum eof float func function i32 i64 identifier indent "
      "int int32 int64 integer interface iterable json jsonb keyword let "
      "list literal long map mut never newline null nullable number numeric "
      "nvarchar object option optional pointer punctuator pydantic rc "
      "readonly ref regex regexp secretstr secretstring securestring self "
      "semicolon sequence short static str string strings struct symbol "
      "text textfield timestamp tuple type types typing u16 u32 u64 u8 "
      "uint8 undefined unknown usize uuid uuid4 val var varchar vec void" },
    { STATE,
      "accepted active alive allow allowed always anonymous attempt "
      "attempting authenticated authorised authorized auto automatic "
      "available begin begins both bound busy cached changed checked "
      "checking close closed closing complete completed configured "
      "connected created current dead debug default degraded deleted deny "
      "destroyed detected disable disabled disconnected done down either "
      "enable enabled end ends ephemeral established exist existing exists "
      "expired external false finished first found full good granted guest "
      "half healthy http https idle inactive include info initialised "
      "initialized initializing initiated insecure installed internal "
      "issued last lax loaded loading local logged manual match matched "
      "matches migrated mixed mounted negotiated new next no normal nothing "
      "notice off offline ok okay old omit on once online open opened "
      "origin partial pass passed paused pending permanent permit permitted "
      "persistent prefer preferred present previous private processed "
      "processing public read ready received refreshed registered reload "
      "reloaded reloading remote removed renewed requested require requires "
      "reset restarted restarting restored resumed retry retrying "
      "revalidated rotated rotating running same saved secure sent set "
      "signed site skipping something sometimes start started starting stop "
      "stopped stopping stored strict succeeded success successful "
      "supported suspended temporary terminated timed trace transient "
      "transparent true trusted unbound unchanged unhealthy unlimited "
      "unloaded unlocked unmounted unregistered unsigned unused up updated "
      "upgraded used user users using valid validated validating verified "
      "waiting write yes" },
    { METHOD,
      "2fa abac acl aes apikey basic bearer cert certificate certificates "
      "cookie database db digest eap ecdsa ed25519 eddsa es256 es384 fido "
      "fido2 file filesystem form formlogin gss gssapi hmac hostbased hotp "
      "hs256 hs512 html httpbasic iam ident jdbc jwt kerberos key keys krb5 "
      "ldap ldaps login md5 memcached memory mfa mtls mysql negotiate ntlm "
      "oauth oauth2 oidc openid otp pam peer plain postgres ps256 psk "
      "pubkey publickey radius rbac redis rs256 rs512 rsa sae saml saml2 "
      "scram sha1 sha256 sha512 sigv4 spnego sqlite ssl sso sspi tacacs tls "
      "totp trust u2f webauthn wpa wpa2 wpa3 x509 xoauth2" },
    { FILLER,
      "a accepted access account active administrator after again ago all "
      "allowed already also an and any are argument arguments as at attempt "
      "attempts attribute authentication authorization available be because "
      "been before between both but by bytes can case cert certificate "
      "certificates changed char character characters chars check client "
      "common complexity config configuration configured confirm "
      "confirmation confirmed connections contact contain containing "
      "contains cookie cookies correct credential credentials data database "
      "day days defined deleted dictionary did different digit digits "
      "directory do does eight enough ensure entirely entries entry env "
      "environment equal expired failed field fields file flag for form "
      "format found four from gb get gets given got gpio had has hash "
      "hashes have header headers here hits hour hours html id identical "
      "idle if in include includes including initialized input is it item "
      "items its kb key keys known later least left length less letter "
      "letters loaded login lower lowercase match matching max maximum may "
      "mb memory min minimum minute minutes misses more most ms must mysql "
      "name now number numbers of on one only open or other output pair "
      "param parameter parameters passed password passwords path pending "
      "per permission permissions please policy postgres previously "
      "provided pull readable recently recognized redis remaining removed "
      "repeat request requests requirement requirements reset response row "
      "rows rule rules same sec second seconds secret secrets secs server "
      "session sessions set should signature similar soon special specified "
      "sqlite ssid still such supplied supported symbol symbols ten than that "
      "the then there they this three times to token tokens total try "
      "twelve two updated upper uppercase used user username users uses "
      "using valid validation value values variable was we were when while "
      "will with yet you your" },
    { HIDDEN,
      "censored concealed filtered hidden masked obfuscated omitted "
      "protected redacted sanitised sanitized scrubbed sensitive suppressed" },
    { SCHEME,
      "basic bearer digest hawk negotiate ntlm" },
    { CONSTRUCTOR,
      "just left new ok right some" },
    { 0, NULL }
};


int
rsl_redact_word_init(rsl_redact_names_t *names)
{
    size_t                         len;
    const char                    *text;
    const rsl_redact_word_list_t  *list;

    for (list = rsl_redact_word_lists; list->words != NULL; list++) {
        for (text = list->words; *text != '\0'; text += len) {
            len = strcspn(text, " ");

            if (rsl_redact_word_add(names, text, len, list->kinds) != RSL_OK) {
                return RSL_ERROR;
            }

            len += strspn(text + len, " ");
        }
    }

    return RSL_OK;
}


/* A word may be in several lists. */

static int
rsl_redact_word_add(rsl_redact_names_t *names, const char *text, size_t len,
    unsigned kinds)
{
    size_t              i;
    uint32_t            n;
    rsl_redact_word_t  *word;

    if (len > RSL_REDACT_WORD_MAX) {
        return RSL_ERROR;
    }

    n = rsl_redact_word_hash((const u_char *) text, len);

    /* a quarter of the places at least stays free, so that a search ends */

    for (i = 0; i < RSL_REDACT_WORDS_SIZE / 4; i++) {
        word = &names->words[(n + i) % RSL_REDACT_WORDS_SIZE];

        if (word->text == NULL) {
            word->text = text;
            word->len = (uint8_t) len;
            word->kinds = (uint8_t) kinds;
            return RSL_OK;
        }

        if (word->len == len && memcmp(word->text, text, len) == 0) {
            word->kinds |= (uint8_t) kinds;
            return RSL_OK;
        }
    }

    return RSL_ERROR;
}


unsigned
rsl_redact_word(const rsl_redact_names_t *names, const u_char *p,
    const u_char *end)
{
    size_t                    len;
    uint32_t                  n;
    const rsl_redact_word_t  *word;

    len = (size_t) (end - p);

    if (len == 0 || len > RSL_REDACT_WORD_MAX) {
        return 0;
    }

    n = rsl_redact_word_hash(p, len);

    for ( /* void */ ; /* void */ ; n++) {
        word = &names->words[n % RSL_REDACT_WORDS_SIZE];

        if (word->text == NULL) {
            return 0;
        }

        if (word->len == len
            && rsl_redact_char_caseless(p, end, word->text, len))
        {
            return word->kinds;
        }
    }
}


/* The same for either case of a letter. */

static uint32_t
rsl_redact_word_hash(const u_char *p, size_t len)
{
    size_t    i;
    uint32_t  n;

    n = 0;

    for (i = 0; i < len; i++) {
        n = n * 31 + (p[i] | 0x20u);
    }

    return n * 0x9e3779b1u >> 16;
}


int
rsl_redact_word_is_plain(const u_char *p, const u_char *end)
{
    const u_char  *s;

    if (p == end || end - p > RSL_REDACT_WORD_MAX) {
        return 0;
    }

    for (s = p; s < end; s++) {
        if (*s >= 'a' && *s <= 'z') {
            continue;
        }

        if (*s < 'A' || *s > 'Z' || (s > p && s[-1] >= 'a')) {
            return 0;
        }
    }

    /* "Word", "word" or "WORD" */

    return p[end - p - 1] < 'a' || end - p < 2 || p[1] >= 'a';
}


int
rsl_redact_word_is_participle(const u_char *p, const u_char *end)
{
    size_t                     i, len;
    static const char *const   ends[] = { "ed", "ing", "able", NULL };

    if (end - p < 6 || *p < 'A' || !rsl_redact_word_is_plain(p, end)) {
        return 0;
    }

    for (i = 0; ends[i] != NULL; i++) {
        len = strlen(ends[i]);

        if (rsl_redact_char_caseless(end - len, end, ends[i], len)) {
            return 1;
        }
    }

    return 0;
}


int
rsl_redact_word_is_variable(const u_char *p, const u_char *end)
{
    int            upper;
    const u_char  *s;

    if (p == end || *p < 'A' || end - p > 2 * RSL_REDACT_WORD_MAX) {
        return 0;
    }

    upper = *p < 'a';

    for (s = p; s < end; s++) {

        /* "$ummer2024" and "sEcReT" are passwords */

        if ((*s >= '0' && *s <= '9' && end - s > 1)
            || (*s >= 'A' && *s <= 'Z' && !upper
                && (end - s < 2 || s[1] < 'a')))
        {
            return 0;
        }

        if (*s >= 'a') {
            upper = 0;
        }
    }

    return upper || rsl_redact_word_has_stem(p, end);
}


int
rsl_redact_word_has_stem(const u_char *p, const u_char *end)
{
    size_t                     i;
    static const char *const   stems[] = {
        "pass", "pwd", "pw", "token", "secret", "key", "auth", "cred", "code",
        "pin", "otp", "session", "cookie", "jwt", "sig", NULL
    };

    for ( /* void */ ; p < end; p++) {
        for (i = 0; stems[i] != NULL; i++) {
            if (rsl_redact_char_caseless(p, end, stems[i], strlen(stems[i]))) {
                return 1;
            }
        }
    }

    return 0;
}
