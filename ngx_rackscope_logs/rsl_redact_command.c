
/*
 * Secrets that a command takes as a plain word, without an option or a name.
 * Matched like the shapes, and written by the same rules (rsl_redact_rules.c).
 */


#include "rsl_redact_internal.h"


#define WORD         "[^\\s\"'|;]{1,256}+"
#define QUOTE        "[\"']?+"
#define WORD_QUOTED  "[^\\s|;]{1,256}+"
#define OPTIONS      "(?:-[^\\s|;]{1,64}+ (?:[0-9]{1,3}+ )?+){0,8}+"

/* of htpasswd: an option that has this letter */
#define FLAG(letter)                                                          \
    "(?:-[A-Za-z]{1,8}+ (?:[0-9]{1,3}+ )?+){0,4}?-[A-Za-z]{0,8}?" letter


const rsl_redact_shape_t  rsl_redact_commands[] = {

    /* "-b": the password is an argument; "-n": and no file is before it */
    { "htpasswd", "htpasswd -",
      "htpasswd (?=" FLAG("b") ")(?=" FLAG("n") ")" OPTIONS WORD_QUOTED " "
      QUOTE "(" WORD ")", NULL, 0, 0 },
    { "htpasswd", "htpasswd -",
      "htpasswd (?=" FLAG("b") ")(?!" FLAG("n") ")" OPTIONS WORD_QUOTED " "
      WORD_QUOTED " " QUOTE "(" WORD ")", NULL, 0, 0 },

    { "oracle", "sqlplus ",
      "sqlplus " OPTIONS QUOTE "[A-Za-z0-9_.$#]{1,64}+/"
      "([^\\s@/\"'|;]{1,256}+)", NULL, 0, 0 },
    { "oracle", "sqlldr ",
      "sqlldr (?:userid=)?+" QUOTE "[A-Za-z0-9_.$#]{1,64}+/"
      "([^\\s@/\"'|;]{1,256}+)", NULL, 0, 0 },
    { "oracle", "expdp ",
      "expdp " QUOTE "[A-Za-z0-9_.$#]{1,64}+/([^\\s@/\"'|;]{1,256}+)",
      NULL, 0, 0 },
    { "oracle", "impdp ",
      "impdp " QUOTE "[A-Za-z0-9_.$#]{1,64}+/([^\\s@/\"'|;]{1,256}+)",
      NULL, 0, 0 },

    { "rabbitmqctl", "rabbitmqctl ",
      "rabbitmqctl (?:-\\S{1,64}+ (?:[^\\s_]{1,64}+ )?+){0,4}+"
      "(?:add_user|change_password|authenticate_user) "
      QUOTE WORD QUOTE " " QUOTE "(" WORD ")", NULL, 0, 0 },

    { "mysqladmin", "mysqladmin ",
      "mysqladmin (?:-\\S{1,64}+ (?:(?!password )[^\\s-]\\S{0,64}+ )?+){0,8}+"
      "password " QUOTE "(" WORD ")", NULL, 0, 0 },

    { "net-user", "net user ",
      "net user " WORD " (" WORD ") /(?i:add|domain|active)", NULL, 0, 0 },
    { "net-use", "net use ",
      "net use (?:[A-Za-z]: )?+\\\\\\\\" WORD " ([^\\s/\"'|;]" WORD ")",
      NULL, 0, 0 },

    { "vault", "vault login ",
      "vault login " OPTIONS "(?=[a-z.-]{0,64}+[A-Z0-9])([^\\s-]" WORD ")",
      NULL, 0, 0 },

    { "openssl", "-pass",
      "-pass(?:in|out)?+ pass:(" WORD ")", NULL, 0, 0 },

    { "keytool", "-storepass ", "-storepass " QUOTE "(" WORD ")", NULL, 0, 0 },
    { "keytool", "-keypass ", "-keypass " QUOTE "(" WORD ")", NULL, 0, 0 },
    { "keytool", "-srcstorepass ",
      "-srcstorepass " QUOTE "(" WORD ")", NULL, 0, 0 },
    { "keytool", "-deststorepass ",
      "-deststorepass " QUOTE "(" WORD ")", NULL, 0, 0 },

    /* by a pipe: echo x | passwd --stdin bob */

    { "piped", "echo ",
      "echo (?:-[neE]{1,3}+ )?+" QUOTE "[^\\s:\"'|]{1,64}+:([^\\n\"'|]{1,128}+)"
      QUOTE " ?+\\| ?+(?:sudo )?+chpasswd", NULL, 0, 0 },
    { "piped", "echo ",
      "echo (?:-[neE]{1,3}+ )?+" QUOTE "([^\\n\"'|]{1,128}+)" QUOTE
      " ?+\\| ?+(?:sudo -S|(?:sudo )?+passwd --stdin"
      "|(?:sudo )?+[a-z]{4,12}+ [^\\n|;]{0,96}?(?:--password-stdin|--passphrase-fd))",
      NULL, 0, 0 },
    { "piped", "chpasswd",
      "chpasswd ?+<<< ?+" QUOTE "[^\\s:\"'|]{1,64}+:(" WORD ")", NULL, 0, 0 },

    { NULL, NULL, NULL, NULL, 0, 0 }
};
