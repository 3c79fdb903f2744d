
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
 * What may stand before the last letter of any of the names above: of "d" the
 * "r" of "password" and the "w" of "pwd".
 */

const char *const  rsl_redact_endings[26] = {
    ['a' - 'a'] = "t",
    ['d' - 'a'] = "eilrw",
    ['e' - 'a'] = "dilmrsu",
    ['g' - 'a'] = "in",
    ['h' - 'a'] = "st",
    ['k' - 'a'] = "s",
    ['l' - 'a'] = "a",
    ['m' - 'a'] = "ar",
    ['n' - 'a'] = "eio",
    ['p' - 'a'] = "t",
    ['r' - 'a'] = "aet",
    ['s' - 'a'] = "delnsty",
    ['t' - 'a'] = "aerswx",
    ['w' - 'a'] = "aep",
    ['y' - 'a'] = "et"
};
