
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Secrets that a command takes as an argument without an option or a name
 * before it.  These rows are matched like the shapes, and the rules for writing
 * them are those of rsl_redact_rules.c.  They match in any case, because some
 * shells run a command whichever way it is written.
 */


#include "rsl_redact_internal.h"


#define ARGUMENT    "[^\\s\"'|;]{1,256}+"
#define QUOTE       "[\"']?+"
#define ARGUMENT_Q  "[^\\s|;]{1,256}+"

/*
 * what is piped into a command; atomic, so that a line without a pipe is not
 * tried again from each of its bytes
 */
#define BLANKS      "[^\\S\\n]*+"
#define PIPED                                                                 \
    "((?>[^\\n\"'|]{0,127}[^\\s\"'|]))" BLANKS QUOTE BLANKS "\\|" BLANKS

#define OPTIONS     "(?:-[^\\s|;]{1,64}+ (?:[0-9]{1,3}+ )?+){0,8}+"

/* options of htpasswd, one of which has this letter */
#define FLAG(letter)                                                          \
    "(?:-[A-Za-z]{1,8}+ (?:[0-9]{1,3}+ )?+){0,4}?-[A-Za-z]{0,8}?" letter


const rsl_redact_shape_t  rsl_redact_commands[] = {

    /* with "-b" the password is an argument; with "-n" no file is before it */
    { "htpasswd", "htpasswd ",
      "(?i)(?=" FLAG("b") ")(?=" FLAG("n") ")" OPTIONS ARGUMENT_Q " "
      QUOTE "(" ARGUMENT ")", NULL, 1, 0, 0 },
    { "htpasswd", "htpasswd ",
      "(?i)(?=" FLAG("b") ")(?!" FLAG("n") ")" OPTIONS ARGUMENT_Q " "
      ARGUMENT_Q " " QUOTE "(" ARGUMENT ")", NULL, 1, 0, 0 },

    { "oracle", "sqlplus ",
      "(?i)" OPTIONS QUOTE "[A-Za-z0-9_.$#]{1,64}+/"
      "([^\\s@/\"'|;]{1,256}+)", NULL, 1, 0, 0 },
    { "oracle", "sqlldr ",
      "(?i)(?:userid=)?+" QUOTE "[A-Za-z0-9_.$#]{1,64}+/"
      "([^\\s@/\"'|;]{1,256}+)", NULL, 1, 0, 0 },
    { "oracle", "expdp ",
      "(?i)" QUOTE "[A-Za-z0-9_.$#]{1,64}+/([^\\s@/\"'|;]{1,256}+)",
      NULL, 1, 0, 0 },
    { "oracle", "impdp ",
      "(?i)" QUOTE "[A-Za-z0-9_.$#]{1,64}+/([^\\s@/\"'|;]{1,256}+)",
      NULL, 1, 0, 0 },

    { "rabbitmqctl", "rabbitmqctl ",
      "(?i)(?:-\\S{1,64}+ (?:[^\\s_]{1,64}+ )?+){0,4}+"
      "(?:add_user|change_password|authenticate_user) "
      QUOTE ARGUMENT QUOTE " " QUOTE "(" ARGUMENT ")", NULL, 1, 0, 0 },

    { "mysqladmin", "mysqladmin ",
      "(?i)(?:-\\S{1,64}+ (?:(?!password )[^\\s-]\\S{0,64}+ )?+){0,8}+"
      "password " QUOTE "(" ARGUMENT ")", NULL, 1, 0, 0 },

    { "net-user", "net user ",
      "(?i)" ARGUMENT " (" ARGUMENT ") /(?:add|domain|active)",
      NULL, 1, 0, 0 },
    { "net-use", "net use ",
      "(?i)(?:[A-Za-z]: )?+\\\\\\\\" ARGUMENT " ([^\\s/\"'|;]" ARGUMENT ")",
      NULL, 1, 0, 0 },

    { "vault", "vault login ",
      "(?i)" OPTIONS "(?=[a-z.-]{0,64}+[A-Z0-9])([^\\s-]" ARGUMENT ")",
      NULL, 1, 0, 0 },

    { "openssl", "-pass",
      "(?i)(?:in|out)?+ pass:(" ARGUMENT ")", NULL, 1, 0, 0 },

    { "keytool", "-storepass ",
      "(?i)" QUOTE "(" ARGUMENT ")", NULL, 1, 0, 0 },
    { "keytool", "-keypass ",
      "(?i)" QUOTE "(" ARGUMENT ")", NULL, 1, 0, 0 },
    { "keytool", "-srcstorepass ",
      "(?i)" QUOTE "(" ARGUMENT ")", NULL, 1, 0, 0 },
    { "keytool", "-deststorepass ",
      "(?i)" QUOTE "(" ARGUMENT ")", NULL, 1, 0, 0 },

    /* through a pipe: echo x | passwd --stdin bob */

    { "piped", "echo ",
      "(?i)(?:-[neE]{1,3}+ )?+" QUOTE "[^\\s:\"'|]{1,64}+:" PIPED
      "(?:sudo )?+chpasswd", NULL, 1, 0, 0 },
    { "piped", "echo ",
      "(?i)(?:-[neE]{1,3}+ )?+" QUOTE PIPED
      "(?:sudo -S|(?:sudo )?+passwd --stdin"
      "|(?:sudo )?+[a-z]{4,12}+ [^\\n|;]{0,96}?--pass(?:word-stdin|phrase-fd))",
      NULL, 1, 0, 0 },
    { "piped", "chpasswd",
      "(?i) ?+<<< ?+" QUOTE "[^\\s:\"'|]{1,64}+:(" ARGUMENT ")",
      NULL, 1, 0, 0 },

    { NULL, NULL, NULL, NULL, 0, 0, 0 }
};
