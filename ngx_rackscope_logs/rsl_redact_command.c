
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Secrets that a command takes as a plain word, without an option or a name.
 * Matched like the shapes, and written by the same rules (rsl_redact_rules.c);
 * in any case, for some shells do not mind.
 */


#include "rsl_redact_internal.h"


#define WORD         "[^\\s\"'|;]{1,256}+"
#define QUOTE        "[\"']?+"
#define WORD_QUOTED  "[^\\s|;]{1,256}+"

/* up to the pipe: no try from each of its bytes if there is none */
#define BLANKS       "[^\\S\\n]*+"
#define PIPED                                                                 \
    "((?>[^\\n\"'|]{0,127}[^\\s\"'|]))" BLANKS QUOTE BLANKS "\\|" BLANKS

#define OPTIONS      "(?:-[^\\s|;]{1,64}+ (?:[0-9]{1,3}+ )?+){0,8}+"

/* of htpasswd: an option that has this letter */
#define FLAG(letter)                                                          \
    "(?:-[A-Za-z]{1,8}+ (?:[0-9]{1,3}+ )?+){0,4}?-[A-Za-z]{0,8}?" letter


const rsl_redact_shape_t  rsl_redact_commands[] = {

    /* "-b": the password is an argument; "-n": and no file is before it */
    { "htpasswd", "htpasswd -",
      "(?i)"
      "htpasswd (?=" FLAG("b") ")(?=" FLAG("n") ")" OPTIONS WORD_QUOTED " "
      QUOTE "(" WORD ")", NULL, 1, 0, 0 },
    { "htpasswd", "htpasswd -",
      "(?i)"
      "htpasswd (?=" FLAG("b") ")(?!" FLAG("n") ")" OPTIONS WORD_QUOTED " "
      WORD_QUOTED " " QUOTE "(" WORD ")", NULL, 1, 0, 0 },

    { "oracle", "sqlplus ",
      "(?i)sqlplus " OPTIONS QUOTE "[A-Za-z0-9_.$#]{1,64}+/"
      "([^\\s@/\"'|;]{1,256}+)", NULL, 1, 0, 0 },
    { "oracle", "sqlldr ",
      "(?i)sqlldr (?:userid=)?+" QUOTE "[A-Za-z0-9_.$#]{1,64}+/"
      "([^\\s@/\"'|;]{1,256}+)", NULL, 1, 0, 0 },
    { "oracle", "expdp ",
      "(?i)expdp " QUOTE "[A-Za-z0-9_.$#]{1,64}+/([^\\s@/\"'|;]{1,256}+)",
      NULL, 1, 0, 0 },
    { "oracle", "impdp ",
      "(?i)impdp " QUOTE "[A-Za-z0-9_.$#]{1,64}+/([^\\s@/\"'|;]{1,256}+)",
      NULL, 1, 0, 0 },

    { "rabbitmqctl", "rabbitmqctl ",
      "(?i)rabbitmqctl (?:-\\S{1,64}+ (?:[^\\s_]{1,64}+ )?+){0,4}+"
      "(?:add_user|change_password|authenticate_user) "
      QUOTE WORD QUOTE " " QUOTE "(" WORD ")", NULL, 1, 0, 0 },

    { "mysqladmin", "mysqladmin ",
      "(?i)"
      "mysqladmin (?:-\\S{1,64}+ (?:(?!password )[^\\s-]\\S{0,64}+ )?+){0,8}+"
      "password " QUOTE "(" WORD ")", NULL, 1, 0, 0 },

    { "net-user", "net user ",
      "(?i)"
      "net user " WORD " (" WORD ") /(?:add|domain|active)", NULL, 1, 0, 0 },
    { "net-use", "net use ",
      "(?i)net use (?:[A-Za-z]: )?+\\\\\\\\" WORD " ([^\\s/\"'|;]" WORD ")",
      NULL, 1, 0, 0 },

    { "vault", "vault login ",
      "(?i)"
      "vault login " OPTIONS "(?=[a-z.-]{0,64}+[A-Z0-9])([^\\s-]" WORD ")",
      NULL, 1, 0, 0 },

    { "openssl", "-pass",
      "(?i)-pass(?:in|out)?+ pass:(" WORD ")", NULL, 1, 0, 0 },

    { "keytool", "-storepass ",
      "(?i)-storepass " QUOTE "(" WORD ")", NULL, 1, 0, 0 },
    { "keytool", "-keypass ",
      "(?i)-keypass " QUOTE "(" WORD ")", NULL, 1, 0, 0 },
    { "keytool", "-srcstorepass ",
      "(?i)-srcstorepass " QUOTE "(" WORD ")", NULL, 1, 0, 0 },
    { "keytool", "-deststorepass ",
      "(?i)-deststorepass " QUOTE "(" WORD ")", NULL, 1, 0, 0 },

    /* by a pipe: echo x | passwd --stdin bob */

    { "piped", "echo ",
      "(?i)"
      "echo (?:-[neE]{1,3}+ )?+" QUOTE "[^\\s:\"'|]{1,64}+:" PIPED
      "(?:sudo )?+chpasswd", NULL, 1, 0, 0 },
    { "piped", "echo ",
      "(?i)echo (?:-[neE]{1,3}+ )?+" QUOTE PIPED
      "(?:sudo -S|(?:sudo )?+passwd --stdin"
      "|(?:sudo )?+[a-z]{4,12}+ [^\\n|;]{0,96}?--pass(?:word-stdin|phrase-fd))",
      NULL, 1, 0, 0 },
    { "piped", "chpasswd",
      "(?i)"
      "chpasswd ?+<<< ?+" QUOTE "[^\\s:\"'|]{1,64}+:(" WORD ")",
      NULL, 1, 0, 0 },

    { NULL, NULL, NULL, NULL, 0, 0, 0 }
};
