
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The names of secrets, as data.
 */


#include "rsl_redact_internal.h"


#define KEYWORD(word)         word, sizeof(word) - 1


/*
 * A name is a secret's if it ends in one of these, whatever is before it:
 * DB_PASSWORD, clientSecret, X-Api-Key.  WORD: it has to begin a word there,
 * as in "db_pass", unlike in "bypass".  Sorted by their last letters.
 */

#define SECRET         RSL_REDACT_NAME_SECRET, 0
#define SECRET_WORD    RSL_REDACT_NAME_SECRET, 1
#define WEAK           RSL_REDACT_NAME_WEAK, 0
#define WEAK_WORD      RSL_REDACT_NAME_WEAK, 1
#define PLURAL         RSL_REDACT_NAME_PLURAL, 0
#define COOKIE         RSL_REDACT_NAME_COOKIE, 0
#define COOKIE_WORD    RSL_REDACT_NAME_COOKIE, 1
#define AUTHORIZATION  RSL_REDACT_NAME_AUTHORIZATION, 0
#define END            { NULL, 0, RSL_REDACT_NAME_NONE, 0 }


static const rsl_redact_keyword_t  rsl_redact_keywords_d[] = {
    { KEYWORD("password"), SECRET },
    { KEYWORD("passwd"), SECRET },
    { KEYWORD("pwd"), SECRET },
    { KEYWORD("psswd"), SECRET },
    { KEYWORD("secretid"), SECRET },
    { KEYWORD("accesskeyid"), SECRET },
    { KEYWORD("sessionid"), SECRET },
    { KEYWORD("sessid"), SECRET },
    { KEYWORD("sid"), WEAK_WORD },
    END
};

static const rsl_redact_keyword_t  rsl_redact_keywords_e[] = {
    { KEYWORD("passphrase"), SECRET },
    { KEYWORD("passcode"), SECRET },
    { KEYWORD("mfacode"), SECRET },
    { KEYWORD("secretkeybase"), SECRET },
    { KEYWORD("samlresponse"), SECRET },
    { KEYWORD("signature"), SECRET_WORD },
    { KEYWORD("cookie"), COOKIE },
    END
};

static const rsl_redact_keyword_t  rsl_redact_keywords_g[] = {
    { KEYWORD("sig"), SECRET_WORD },
    END
};

static const rsl_redact_keyword_t  rsl_redact_keywords_h[] = {
    { KEYWORD("auth"), SECRET },
    END
};

static const rsl_redact_keyword_t  rsl_redact_keywords_k[] = {
    { KEYWORD("psk"), SECRET_WORD },
    END
};

static const rsl_redact_keyword_t  rsl_redact_keywords_l[] = {
    { KEYWORD("credential"), SECRET },
    END
};

static const rsl_redact_keyword_t  rsl_redact_keywords_n[] = {
    { KEYWORD("token"), SECRET },
    { KEYWORD("clientassertion"), SECRET },
    { KEYWORD("session"), WEAK },
    { KEYWORD("authorization"), AUTHORIZATION },
    { KEYWORD("authorisation"), AUTHORIZATION },
    END
};

static const rsl_redact_keyword_t  rsl_redact_keywords_p[] = {
    { KEYWORD("otp"), SECRET_WORD },
    END
};

static const rsl_redact_keyword_t  rsl_redact_keywords_r[] = {
    { KEYWORD("bearer"), SECRET_WORD },
    END
};

static const rsl_redact_keyword_t  rsl_redact_keywords_s[] = {
    { KEYWORD("pass"), WEAK_WORD },
    { KEYWORD("credentials"), SECRET },
    { KEYWORD("creds"), SECRET_WORD },
    { KEYWORD("cookies"), COOKIE_WORD },
    { KEYWORD("tokens"), PLURAL },
    { KEYWORD("passwords"), PLURAL },
    { KEYWORD("secrets"), PLURAL },
    { KEYWORD("apikeys"), PLURAL },
    END
};

static const rsl_redact_keyword_t  rsl_redact_keywords_t[] = {
    { KEYWORD("passwort"), SECRET },
    { KEYWORD("secret"), SECRET },
    { KEYWORD("jwt"), SECRET_WORD },
    END
};

static const rsl_redact_keyword_t  rsl_redact_keywords_w[] = {
    { KEYWORD("pw"), SECRET_WORD },
    END
};

static const rsl_redact_keyword_t  rsl_redact_keywords_y[] = {
    { KEYWORD("passkey"), SECRET },
    { KEYWORD("secretaccesskey"), SECRET },
    { KEYWORD("apikey"), SECRET },
    { KEYWORD("appkey"), SECRET },
    { KEYWORD("secretkey"), SECRET },
    { KEYWORD("privatekey"), SECRET },
    { KEYWORD("privkey"), SECRET },
    { KEYWORD("accesskey"), SECRET },
    { KEYWORD("accountkey"), SECRET },
    { KEYWORD("authkey"), SECRET },
    { KEYWORD("clientkey"), SECRET },
    { KEYWORD("consumerkey"), SECRET },
    { KEYWORD("decryptionkey"), SECRET },
    { KEYWORD("deploykey"), SECRET },
    { KEYWORD("encryptionkey"), SECRET },
    { KEYWORD("licensekey"), SECRET },
    { KEYWORD("masterkey"), SECRET },
    { KEYWORD("servicekey"), SECRET },
    { KEYWORD("sessionkey"), SECRET },
    { KEYWORD("sharedkey"), SECRET },
    { KEYWORD("presharedkey"), SECRET },
    { KEYWORD("signingkey"), SECRET },
    { KEYWORD("sshkey"), SECRET },
    { KEYWORD("storagekey"), SECRET },
    { KEYWORD("subscriptionkey"), SECRET },
    END
};


const rsl_redact_keyword_t *const  rsl_redact_keywords[26] = {
    ['d' - 'a'] = rsl_redact_keywords_d,
    ['e' - 'a'] = rsl_redact_keywords_e,
    ['g' - 'a'] = rsl_redact_keywords_g,
    ['h' - 'a'] = rsl_redact_keywords_h,
    ['k' - 'a'] = rsl_redact_keywords_k,
    ['l' - 'a'] = rsl_redact_keywords_l,
    ['n' - 'a'] = rsl_redact_keywords_n,
    ['p' - 'a'] = rsl_redact_keywords_p,
    ['r' - 'a'] = rsl_redact_keywords_r,
    ['s' - 'a'] = rsl_redact_keywords_s,
    ['t' - 'a'] = rsl_redact_keywords_t,
    ['w' - 'a'] = rsl_redact_keywords_w,
    ['y' - 'a'] = rsl_redact_keywords_y
};


/*
 * What may stand before the last letter of any of the names above, and of what
 * may follow them (rsl_redact_name.c), and before that: of "d" the "r" and the
 * "o" of "password".  Of "pw" there is no third letter.
 */

#define ROW(ch)  [rsl_redact_ending_row(ch)]
#define BIT(ch)  rsl_redact_ending_bit(ch)
#define ANY      0xffffffff

const rsl_redact_ending_t  rsl_redact_endings[32] = {
    ROW('a') = { BIT('t'), BIT('a') },
    ROW('d') = { BIT('e')|BIT('i')|BIT('l')|BIT('r')|BIT('w'),
                 BIT('n')|BIT('o')|BIT('p')|BIT('s')|BIT('t')|BIT('y') },
    ROW('e') = { BIT('d')|BIT('i')|BIT('r')|BIT('s')|BIT('u'),
                 BIT('a')|BIT('k')|BIT('l')|BIT('n')|BIT('o')|BIT('u') },
    ROW('g') = { BIT('i')|BIT('n'), BIT('i')|BIT('s') },
    ROW('h') = { BIT('s')|BIT('t'), BIT('a')|BIT('u') },
    ROW('k') = { BIT('s'), BIT('p') },
    ROW('l') = { BIT('a'), BIT('i') },
    ROW('m') = { BIT('r'), BIT('i') },
    ROW('n') = { BIT('e')|BIT('i')|BIT('o'), BIT('a')|BIT('i')|BIT('k') },
    ROW('p') = { BIT('t'), BIT('o') },
    ROW('r') = { BIT('e')|BIT('t'), BIT('d')|BIT('r')|BIT('s') },
    ROW('s') = { BIT('d')|BIT('e')|BIT('l')|BIT('n')|BIT('s')|BIT('t')
                 |BIT('y'),
                 BIT('a')|BIT('e')|BIT('i')|BIT('r')|BIT('t') },
    ROW('t') = { BIT('a')|BIT('e')|BIT('r')|BIT('s')|BIT('w')|BIT('x'),
                 BIT('e')|BIT('j')|BIT('o')|BIT('r') },
    ROW('w') = { BIT('a')|BIT('e')|BIT('p'), ANY },
    ROW('y') = { BIT('e'), BIT('k') }
};


/* Behind a keyword these change nothing: password_hash, newPassword2. */

const rsl_redact_literal_t  rsl_redact_tails[] = {
    { KEYWORD("value") }, { KEYWORD("hash") }, { KEYWORD("digest") },
    { KEYWORD("confirmation") }, { KEYWORD("confirm") }, { KEYWORD("plain") },
    { KEYWORD("plaintext") }, { KEYWORD("text") }, { KEYWORD("base") },
    { KEYWORD("string") }, { KEYWORD("str") }, { KEYWORD("raw") },
    { KEYWORD("old") }, { KEYWORD("new") }, { KEYWORD("encrypted") },
    { KEYWORD("bytes") }, { KEYWORD("data") }, { KEYWORD("again") },
    { KEYWORD("repeat") }, { KEYWORD("header") },
    { NULL, 0 }
};


const rsl_redact_literal_t  rsl_redact_name_keys[] = {
    { KEYWORD("name") }, { KEYWORD("key") }, { KEYWORD("field") },
    { KEYWORD("header") }, { KEYWORD("var") }, { KEYWORD("variable") },
    { KEYWORD("parameter") }, { KEYWORD("param") }, { KEYWORD("property") },
    { KEYWORD("k") },
    { NULL, 0 }
};


const rsl_redact_literal_t  rsl_redact_value_keys[] = {
    { KEYWORD("value") }, { KEYWORD("val") }, { KEYWORD("v") },
    { KEYWORD("values") }, { KEYWORD("newvalue") }, { KEYWORD("oldvalue") },
    { KEYWORD("defaultvalue") }, { KEYWORD("stringvalue") },
    { KEYWORD("data") }, { KEYWORD("content") },
    { NULL, 0 }
};


/* What may stand before the last letter of both of these, and before that. */

const rsl_redact_ending_t  rsl_redact_key_endings[32] = {
    ROW('a') = { BIT('t'), BIT('a') },
    ROW('d') = { BIT('l'), BIT('e') },
    ROW('e') = { BIT('l')|BIT('m')|BIT('u'), BIT('a')|BIT('b')|BIT('l') },
    ROW('l') = { BIT('a'), BIT('v') },
    ROW('m') = { BIT('a'), BIT('r') },
    ROW('r') = { BIT('a')|BIT('e'), BIT('d')|BIT('t')|BIT('v') },
    ROW('s') = { BIT('e'), BIT('u') },
    ROW('t') = { BIT('n'), BIT('e') },
    ROW('y') = { BIT('e')|BIT('t'), BIT('k')|BIT('r') }
};
