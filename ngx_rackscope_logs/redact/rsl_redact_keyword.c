
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

#define NONE           RSL_REDACT_NAME_NONE
#define SECRET         RSL_REDACT_NAME_SECRET
#define WEAK           RSL_REDACT_NAME_WEAK
#define PLURAL         RSL_REDACT_NAME_PLURAL
#define OPAQUE         RSL_REDACT_NAME_OPAQUE
#define COOKIE         RSL_REDACT_NAME_COOKIE
#define AUTHORIZATION  RSL_REDACT_NAME_AUTHORIZATION

#define NEVER          RSL_REDACT_LOOSE_NEVER
#define TOKEN          RSL_REDACT_LOOSE_TOKEN
#define PASSWORD       RSL_REDACT_LOOSE_PASSWORD

#define ENDING         0
#define WHOLE          1

#define STRONG         RSL_REDACT_STRONG
#define UNSURE         RSL_REDACT_WEAK
#define SPOKEN         RSL_REDACT_WORDS
#define DIGITS         RSL_REDACT_DIGITS
#define LINE           RSL_REDACT_LINE


/*
 * A name is a secret's if it ends in one of these, whatever is before it:
 * DB_PASSWORD, clientSecret, X-Api-Key.  The third column says whether a value
 * may stand behind the name without a separator: that holds for all names with
 * the same last three letters.  WHOLE: the keyword has to begin a part of the
 * name, as in "db_pass", unlike in "bypass".
 */

const rsl_redact_keyword_t  rsl_redact_keywords[] = {
    { KEYWORD("password"), SECRET, PASSWORD, ENDING, STRONG },
    { KEYWORD("passwd"), SECRET, PASSWORD, ENDING, STRONG },
    { KEYWORD("pswd"), SECRET, PASSWORD, ENDING, STRONG },
    { KEYWORD("psswd"), SECRET, PASSWORD, ENDING, STRONG },
    { KEYWORD("passwort"), SECRET, NEVER, ENDING, STRONG },
    { KEYWORD("passphrase"), SECRET, PASSWORD, ENDING, STRONG },
    { KEYWORD("passcode"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("passkey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("pwd"), SECRET, PASSWORD, ENDING, STRONG },
    { KEYWORD("pw"), SECRET, NEVER, WHOLE, SPOKEN },
    { KEYWORD("pass"), WEAK, NEVER, ENDING, UNSURE },
    { KEYWORD("bypass"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("compass"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("encompass"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("trespass"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("overpass"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("underpass"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("surpass"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("lowpass"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("highpass"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("bandpass"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("allpass"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("multipass"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("singlepass"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("onepass"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("twopass"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("firstpass"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("secondpass"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("lastpass"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("renderpass"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("subpass"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("rangepass"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("passwordin"), SECRET, NEVER, ENDING, STRONG },
    { KEYWORD("authtok"), SECRET, NEVER, ENDING, STRONG },
    { KEYWORD("otp"), SECRET, TOKEN, WHOLE, DIGITS },
    { KEYWORD("mfacode"), SECRET, TOKEN, ENDING, DIGITS },

    { KEYWORD("pin"), SECRET, TOKEN, WHOLE, DIGITS },
    { KEYWORD("totpcode"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("otpcode"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("authcode"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("authorizationcode"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("verificationcode"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("securitycode"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("accesscode"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("activationcode"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("resetcode"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("confirmationcode"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("onetimecode"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("backupcode"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("recoverycode"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("scratchcode"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("smscode"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("pincode"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("devicecode"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("unlockcode"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("recoverycodes"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("backupcodes"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("scratchcodes"), SECRET, TOKEN, ENDING, DIGITS },
    { KEYWORD("codeverifier"), SECRET, NEVER, ENDING, STRONG },

    { KEYWORD("secret"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("secretid"), SECRET, NEVER, ENDING, STRONG },
    { KEYWORD("secretkey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("secretkeybase"), SECRET, PASSWORD, ENDING, STRONG },
    { KEYWORD("secretaccesskey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("credential"), SECRET, NEVER, ENDING, SPOKEN },
    { KEYWORD("credentials"), SECRET, NEVER, ENDING, UNSURE },
    { KEYWORD("creds"), SECRET, NEVER, WHOLE, SPOKEN },

    { KEYWORD("token"), SECRET, TOKEN, ENDING, UNSURE },
    { KEYWORD("bearer"), SECRET, NEVER, WHOLE, UNSURE },
    { KEYWORD("jwt"), SECRET, NEVER, WHOLE, UNSURE },
    { KEYWORD("auth"), SECRET, NEVER, ENDING, UNSURE },
    { KEYWORD("preauth"), NONE, NEVER, ENDING, STRONG },
    { KEYWORD("clientassertion"), SECRET, NEVER, ENDING, STRONG },
    { KEYWORD("samlresponse"), SECRET, NEVER, ENDING, STRONG },
    { KEYWORD("sig"), SECRET, NEVER, WHOLE, UNSURE },
    { KEYWORD("signature"), SECRET, NEVER, WHOLE, UNSURE },

    { KEYWORD("apikey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("appkey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("privatekey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("privkey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("accesskey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("accesskeyid"), SECRET, NEVER, ENDING, STRONG },
    { KEYWORD("accountkey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("authenticationkey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("privacykey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("hmackey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("aeskey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("cryptokey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("hashkey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("cipherkey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("authkey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("authsalt"), SECRET, NEVER, ENDING, STRONG },
    { KEYWORD("loggedinkey"), SECRET, NEVER, ENDING, STRONG },
    { KEYWORD("loggedinsalt"), SECRET, NEVER, ENDING, STRONG },
    { KEYWORD("noncekey"), SECRET, NEVER, ENDING, STRONG },
    { KEYWORD("noncesalt"), SECRET, NEVER, ENDING, STRONG },
    { KEYWORD("secretsalt"), SECRET, NEVER, ENDING, STRONG },
    { KEYWORD("clientkey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("consumerkey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("decryptionkey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("deploykey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("encryptionkey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("licensekey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("masterkey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("servicekey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("sessionkey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("sharedkey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("presharedkey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("signingkey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("sshkey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("storagekey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("subscriptionkey"), SECRET, TOKEN, ENDING, STRONG },
    { KEYWORD("psk"), SECRET, NEVER, WHOLE, STRONG },

    { KEYWORD("session"), WEAK, NEVER, ENDING, UNSURE },
    { KEYWORD("sessionid"), SECRET, NEVER, ENDING, UNSURE },
    { KEYWORD("sessid"), SECRET, NEVER, ENDING, UNSURE },
    { KEYWORD("sid"), WEAK, NEVER, WHOLE, UNSURE },
    { KEYWORD("cookie"), COOKIE, NEVER, ENDING, LINE },
    { KEYWORD("cookies"), COOKIE, NEVER, WHOLE, LINE },

    { KEYWORD("authorization"), AUTHORIZATION, NEVER, ENDING, LINE },
    { KEYWORD("authorisation"), AUTHORIZATION, NEVER, ENDING, LINE },

    { KEYWORD("community"), OPAQUE, TOKEN, WHOLE, UNSURE },
    { KEYWORD("snmpcommunity"), SECRET, TOKEN, ENDING, UNSURE },
    { KEYWORD("communitystring"), SECRET, NEVER, ENDING, UNSURE },
    { KEYWORD("rocommunity"), SECRET, NEVER, ENDING, UNSURE },
    { KEYWORD("rwcommunity"), SECRET, NEVER, ENDING, UNSURE },

    { KEYWORD("tokens"), PLURAL, NEVER, ENDING, STRONG },
    { KEYWORD("passwords"), PLURAL, NEVER, ENDING, STRONG },
    { KEYWORD("secrets"), PLURAL, NEVER, ENDING, STRONG },
    { KEYWORD("apikeys"), PLURAL, NEVER, ENDING, STRONG },

    { NULL, 0, NONE, NEVER, ENDING, STRONG }
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
    { LITERAL("propertypath") }, { LITERAL("parameterkey") },
    { LITERAL("parametername") }, { LITERAL("optionname") },
    { LITERAL("settingname") },
    { NULL, 0 }
};

const rsl_redact_literal_t  rsl_redact_keyword_value_keys[] = {
    { LITERAL("value") }, { LITERAL("val") }, { LITERAL("v") },
    { LITERAL("values") }, { LITERAL("newvalue") }, { LITERAL("oldvalue") },
    { LITERAL("defaultvalue") }, { LITERAL("stringvalue") },
    { LITERAL("data") }, { LITERAL("content") },
    { LITERAL("rejectedvalue") }, { LITERAL("invalidvalue") },
    { LITERAL("attemptedvalue") }, { LITERAL("parametervalue") },
    { NULL, 0 }
};
