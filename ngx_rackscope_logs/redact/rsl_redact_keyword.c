
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The names of secrets, as data.
 *
 * A new name is a row of rsl_redact_keywords[]; where in the table does not
 * matter.  The indices over these tables are made by rsl_redact_name_init().
 */


#include "rsl_redact_internal.h"


#define KEYWORD(text)                                                         \
    text, sizeof(text) - 1                                                    \
          + RSL_REDACT_CHECK(sizeof(text) - 1 >= RSL_REDACT_KEYWORD_MIN,      \
                             "shorter than RSL_REDACT_KEYWORD_MIN")           \
          + RSL_REDACT_CHECK(sizeof(text) - 1 <= RSL_REDACT_KEYWORD_MAX,      \
                             "longer than what is read of a name")

#define LITERAL(text)  text, sizeof(text) - 1

#define SECRET         RSL_REDACT_NAME_SECRET
#define WEAK           RSL_REDACT_NAME_WEAK
#define PLURAL         RSL_REDACT_NAME_PLURAL
#define COOKIE         RSL_REDACT_NAME_COOKIE
#define AUTHORIZATION  RSL_REDACT_NAME_AUTHORIZATION

#define NEVER          RSL_REDACT_LOOSE_NEVER
#define TOKEN          RSL_REDACT_LOOSE_TOKEN
#define PASSWORD       RSL_REDACT_LOOSE_PASSWORD

#define ENDING         0
#define WHOLE          1


/*
 * A name is a secret's if it ends in one of these, whatever is before it:
 * DB_PASSWORD, clientSecret, X-Api-Key.  The third column says whether a value
 * may stand behind the name without a separator: that holds for all names with
 * the same last three letters.  WHOLE: the keyword has to begin a part of the
 * name, as in "db_pass", unlike in "bypass".
 */

const rsl_redact_keyword_t  rsl_redact_keywords[] = {
    { KEYWORD("password"), SECRET, PASSWORD, ENDING },
    { KEYWORD("passwd"), SECRET, PASSWORD, ENDING },
    { KEYWORD("psswd"), SECRET, PASSWORD, ENDING },
    { KEYWORD("passwort"), SECRET, NEVER, ENDING },
    { KEYWORD("passphrase"), SECRET, PASSWORD, ENDING },
    { KEYWORD("passcode"), SECRET, NEVER, ENDING },
    { KEYWORD("passkey"), SECRET, TOKEN, ENDING },
    { KEYWORD("pwd"), SECRET, PASSWORD, ENDING },
    { KEYWORD("pw"), SECRET, NEVER, WHOLE },
    { KEYWORD("pass"), WEAK, NEVER, WHOLE },
    { KEYWORD("otp"), SECRET, NEVER, WHOLE },
    { KEYWORD("mfacode"), SECRET, NEVER, ENDING },

    { KEYWORD("secret"), SECRET, TOKEN, ENDING },
    { KEYWORD("secretid"), SECRET, NEVER, ENDING },
    { KEYWORD("secretkey"), SECRET, TOKEN, ENDING },
    { KEYWORD("secretkeybase"), SECRET, PASSWORD, ENDING },
    { KEYWORD("secretaccesskey"), SECRET, TOKEN, ENDING },
    { KEYWORD("credential"), SECRET, NEVER, ENDING },
    { KEYWORD("credentials"), SECRET, NEVER, ENDING },
    { KEYWORD("creds"), SECRET, NEVER, WHOLE },

    { KEYWORD("token"), SECRET, TOKEN, ENDING },
    { KEYWORD("bearer"), SECRET, NEVER, WHOLE },
    { KEYWORD("jwt"), SECRET, NEVER, WHOLE },
    { KEYWORD("auth"), SECRET, NEVER, ENDING },
    { KEYWORD("clientassertion"), SECRET, NEVER, ENDING },
    { KEYWORD("samlresponse"), SECRET, NEVER, ENDING },
    { KEYWORD("sig"), SECRET, NEVER, WHOLE },
    { KEYWORD("signature"), SECRET, NEVER, WHOLE },

    { KEYWORD("apikey"), SECRET, TOKEN, ENDING },
    { KEYWORD("appkey"), SECRET, TOKEN, ENDING },
    { KEYWORD("privatekey"), SECRET, TOKEN, ENDING },
    { KEYWORD("privkey"), SECRET, TOKEN, ENDING },
    { KEYWORD("accesskey"), SECRET, TOKEN, ENDING },
    { KEYWORD("accesskeyid"), SECRET, NEVER, ENDING },
    { KEYWORD("accountkey"), SECRET, TOKEN, ENDING },
    { KEYWORD("authkey"), SECRET, TOKEN, ENDING },
    { KEYWORD("clientkey"), SECRET, TOKEN, ENDING },
    { KEYWORD("consumerkey"), SECRET, TOKEN, ENDING },
    { KEYWORD("decryptionkey"), SECRET, TOKEN, ENDING },
    { KEYWORD("deploykey"), SECRET, TOKEN, ENDING },
    { KEYWORD("encryptionkey"), SECRET, TOKEN, ENDING },
    { KEYWORD("licensekey"), SECRET, TOKEN, ENDING },
    { KEYWORD("masterkey"), SECRET, TOKEN, ENDING },
    { KEYWORD("servicekey"), SECRET, TOKEN, ENDING },
    { KEYWORD("sessionkey"), SECRET, TOKEN, ENDING },
    { KEYWORD("sharedkey"), SECRET, TOKEN, ENDING },
    { KEYWORD("presharedkey"), SECRET, TOKEN, ENDING },
    { KEYWORD("signingkey"), SECRET, TOKEN, ENDING },
    { KEYWORD("sshkey"), SECRET, TOKEN, ENDING },
    { KEYWORD("storagekey"), SECRET, TOKEN, ENDING },
    { KEYWORD("subscriptionkey"), SECRET, TOKEN, ENDING },
    { KEYWORD("psk"), SECRET, NEVER, WHOLE },

    { KEYWORD("session"), WEAK, NEVER, ENDING },
    { KEYWORD("sessionid"), SECRET, NEVER, ENDING },
    { KEYWORD("sessid"), SECRET, NEVER, ENDING },
    { KEYWORD("sid"), WEAK, NEVER, WHOLE },
    { KEYWORD("cookie"), COOKIE, NEVER, ENDING },
    { KEYWORD("cookies"), COOKIE, NEVER, WHOLE },

    { KEYWORD("authorization"), AUTHORIZATION, NEVER, ENDING },
    { KEYWORD("authorisation"), AUTHORIZATION, NEVER, ENDING },

    { KEYWORD("tokens"), PLURAL, NEVER, ENDING },
    { KEYWORD("passwords"), PLURAL, NEVER, ENDING },
    { KEYWORD("secrets"), PLURAL, NEVER, ENDING },
    { KEYWORD("apikeys"), PLURAL, NEVER, ENDING },

    { NULL, 0, RSL_REDACT_NAME_NONE, NEVER, ENDING }
};


/* Behind a keyword these change nothing: password_hash, newPassword2. */

const rsl_redact_literal_t  rsl_redact_keyword_tails[] = {
    { LITERAL("value") }, { LITERAL("hash") }, { LITERAL("digest") },
    { LITERAL("confirmation") }, { LITERAL("confirm") }, { LITERAL("plain") },
    { LITERAL("plaintext") }, { LITERAL("text") }, { LITERAL("base") },
    { LITERAL("string") }, { LITERAL("str") }, { LITERAL("raw") },
    { LITERAL("old") }, { LITERAL("new") }, { LITERAL("encrypted") },
    { LITERAL("bytes") }, { LITERAL("data") }, { LITERAL("again") },
    { LITERAL("repeat") }, { LITERAL("header") },
    { NULL, 0 }
};


/*
 * The keys of members that hold a name, and of those that hold the value
 * beside it: {"name": "DB_PASSWORD", "value": "x"}.
 */

const rsl_redact_literal_t  rsl_redact_keyword_name_keys[] = {
    { LITERAL("name") }, { LITERAL("key") }, { LITERAL("field") },
    { LITERAL("header") }, { LITERAL("var") }, { LITERAL("variable") },
    { LITERAL("parameter") }, { LITERAL("param") }, { LITERAL("property") },
    { LITERAL("k") }, { LITERAL("propertyname") }, { LITERAL("fieldname") },
    { LITERAL("propertypath") },
    { NULL, 0 }
};

const rsl_redact_literal_t  rsl_redact_keyword_value_keys[] = {
    { LITERAL("value") }, { LITERAL("val") }, { LITERAL("v") },
    { LITERAL("values") }, { LITERAL("newvalue") }, { LITERAL("oldvalue") },
    { LITERAL("defaultvalue") }, { LITERAL("stringvalue") },
    { LITERAL("data") }, { LITERAL("content") },
    { LITERAL("rejectedvalue") }, { LITERAL("invalidvalue") },
    { LITERAL("attemptedvalue") },
    { NULL, 0 }
};
