
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

/* what takes its input for a secret */
#define TAKES                                                                 \
    "(?:sudo -S|(?:sudo )?+(?:passwd --stdin|kinit\\b"                        \
    "|cryptsetup [^\\n|;]{0,96}? -"                                           \
    "|kubectl create secret [^\\n|;]{0,96}?/dev/stdin"                        \
    "|[a-z]{2,12}+ [^\\n|;]{0,96}?--(?:pass(?:word-stdin|phrase-fd)"         \
    "|with-token)))"

/* other arguments, as few as possible */
#define WORDS       "(?:[^\\s;|]{1,96}+ ){0,12}?"

#define OPTIONS     "(?:-[^\\s|;]{1,64}+ (?:[0-9]{1,3}+ )?+){0,8}+"

/* options of htpasswd, one of which has this letter; "others" are the others */
#define FLAG(letter, others)                                                  \
    "(?:-[A-Za-z]{1,8}+ (?:[0-9]{1,3}+ )?+){0,4}?-" others "{0,8}+" letter


const rsl_redact_shape_t  rsl_redact_commands[] = {

    /* with "-b" the password is an argument; with "-n" no file is before it */
    { "htpasswd", "htpasswd ",
      "(?i)(?=" FLAG("b", "[ac-z]") ")"
      "(?:(?=" FLAG("n", "[a-mo-z]") ")" OPTIONS ARGUMENT_Q " "
      "|" OPTIONS ARGUMENT_Q " " ARGUMENT_Q " )"
      QUOTE "(" ARGUMENT ")", NULL, 1, 0, 0 },

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
    { "net-user", "net user ",
      "(?i)[^\\s\"'|;/]{1,64}+ (?=[A-Za-z]{0,64}+[^\\sA-Za-z\"'|;/*.,:-])"
      "([^\\s/\"'|;*-]" ARGUMENT ")(?=\\s|\\z)", NULL, 1, 0, 0 },
    { "1password", "op signin ",
      "(?i)\\S{1,128}+ [^\\s@]{1,128}+@\\S{1,128}+ (" ARGUMENT
      "(?: (?!-)" ARGUMENT ")?+)", NULL, 1, 0, 0 },
    { "net-use", "net ",
      "(?i) *+use ++(?:(?:[A-Za-z]:|\\*) )?+\\\\{2}" ARGUMENT
      " (?:/u(?:ser)?+:" ARGUMENT " )?+" QUOTE "([^\\s/\"'|;]" ARGUMENT ")",
      NULL, 1, 0, 0 },
    { "runas", "schtasks ", "(?i)" WORDS "/rp " QUOTE "(" ARGUMENT ")",
      NULL, 1, 0, 0 },
    { "rdp", "xfreerdp", "(?i)3?+ " WORDS "/p:" QUOTE "(" ARGUMENT ")",
      NULL, 1, 0, 0 },
    { "rdp", "wlfreerdp", "(?i)3?+ " WORDS "/p:" QUOTE "(" ARGUMENT ")",
      NULL, 1, 0, 0 },
    { "winrs", "winrs ", "(?i)" WORDS "[-/]p:" QUOTE "(" ARGUMENT ")",
      NULL, 1, 0, 0 },

    { "powershell", "convertto-securestring", "(?i)", NULL, 1, 0,
      RSL_REDACT_SHAPE_PIPED },

    { "powershell", "parameterbinding(convertto-securestring",
      "(?i)\\): name=\"String\"; value=(?=\")", NULL, 1, 0,
      RSL_REDACT_SHAPE_VALUE },

    /* PowerShell's, which takes them in any order */
    { "powershell", "convertto-securestring ",
      "(?i)(?:-(?:asplaintext|force)\\s++)*+(?:-string\\s++)?+(?=[^\\s$(-])",
      NULL, 1, 0, RSL_REDACT_SHAPE_VALUE },

    { "vault", "vault login ",
      "(?i)" OPTIONS "(?=[a-z.-]{0,64}+[A-Z0-9])([^\\s-]" ARGUMENT ")",
      NULL, 1, 0, 0 },

    { "vault", "bw unlock ", "(?i)(?!-)" QUOTE "(" ARGUMENT ")",
      NULL, 1, 0, 0 },

    /* tools that keep a secret in their settings */

    { "config", "config ",
      "(?i)(?:set (?:-\\S{1,64}+ )*+(?:\\S{0,128}?(?:_auth|_authtoken|authtoken"
      "|-token|password)[\"']?+[ =]|(?<=--secret )\\S{1,128}+ )"
      "|http-basic\\.\\S{1,128}+ " ARGUMENT_Q " "
      "|(?:pypi-token|github-oauth|gitlab-token)\\.\\S{1,128}+ )"
      QUOTE "(" ARGUMENT ")", NULL, 1, 0, 0 },
    { "gh", "gh secret set ",
      "(?i)\\S{1,128}+ (?:--body[ =]|-b ?+)" QUOTE "(" ARGUMENT ")",
      NULL, 1, 0, 0 },
    { "kubectl", "--from-literal",
      "(?i)[ =]" QUOTE "[^\\s=\"']{1,128}+=" QUOTE "(" ARGUMENT ")",
      NULL, 1, 0, 0 },
    { "curl", "--cert ", "(?i)" QUOTE "[^\\s:\"']{1,256}+"
      "(?<=pem|crt|cer|p12|pfx):(" ARGUMENT ")", NULL, 1, 0, 0 },

    /* tools of a data centre */

    { "ipmi", "user set password ", "(?i)[0-9]{1,3}+ " QUOTE "(" ARGUMENT ")",
      NULL, 1, 0, 0 },
    { "ipmi", "smcipmitool ", "(?i)\\S{1,128}+ \\S{1,64}+ " QUOTE
      "(" ARGUMENT ")", NULL, 1, 0, 0 },
    { "racadm", "cfguseradminpassword",
      "(?i)(?: -i [0-9]{1,3}+)?+ " QUOTE "([^\\s\"'|;-]" ARGUMENT ")",
      NULL, 1, 0, 0 },
    { "mount", "mount",
      "(?i)(?:\\.cifs|\\.smb3| -t (?:cifs|smb3?+))[ ,](?:[^\\s,;|]{1,128}+"
      "[ ,]++){0,16}?user(?:name)?+=[^\\s,%\"']{1,128}+%([^\\s,\"'|;]++)",
      NULL, 1, 0, 0 },
    { "virsh", "set-user-password ",
      "(?i)(?:--\\S{1,32}+ )?+\\S{1,64}+ (?:--user )?+\\S{1,64}+ " QUOTE
      "([^\\s\"'|;-]" ARGUMENT ")", NULL, 1, 0, 0 },
    { "wpa", "wpa_passphrase ", "(?i)(?:\"[^\"\\n]{1,64}+\"|'[^'\\n]{1,64}+'"
      "|\\S{1,64}+) " QUOTE "(" ARGUMENT ")", NULL, 1, 0, 0 },
    { "radius", "radtest ",
      "(?i)(?:-\\S{1,32}+ (?:(?:pap|chap|mschap|eap-md5) )?+){0,4}+" QUOTE
      ARGUMENT QUOTE " " QUOTE "(" ARGUMENT ")" QUOTE
      " \\S{1,128}+ [0-9]{1,5}+ " QUOTE "(" ARGUMENT ")",
      NULL, 1, 0, 0 },
    { "iscsi", "iscsiadm ",
      "(?i)" WORDS "(?<=password |password_in |password\" )(?:-v|--value)[ =]"
      QUOTE "(" ARGUMENT ")", NULL, 1, 0, 0 },
    { "isql", "isql ", "(?i)(?:-[vbk] )*+(?!-)\\S{1,64}+ (?!-)\\S{1,64}+ "
      QUOTE "([^\\s\"'|;-]" ARGUMENT ")", NULL, 1, 0, 0 },

    { "openssl", "openssl passwd ",
      "(?i)(?:-salt \\S{1,64}+ |-\\w{1,16}+ ){0,6}+" QUOTE
      "([^\\s\"'|;-]" ARGUMENT ")", NULL, 1, 0, 0 },
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

    /* through a pipe: echo x | passwd --stdin bob, or from a text of a shell */

    { "here", "--with-token", "(?i) ?+<<< ?+" QUOTE "(" ARGUMENT ")",
      NULL, 1, 0, 0 },
    { "here", "--password-stdin",
      "(?i)[^\\n;|<]{0,96}+<<< ?+" QUOTE "(" ARGUMENT ")", NULL, 1, 0, 0 },
    { "here", "kinit ", "(?i)[^\\n;|<]{0,96}+<<< ?+" QUOTE "(" ARGUMENT ")",
      NULL, 1, 0, 0 },
    { "here", "cryptsetup ",
      "(?i)[^\\n;|<]{0,96}+<<< ?+" QUOTE "(" ARGUMENT ")", NULL, 1, 0, 0 },

    { "piped", "echo ",
      "(?i)(?:-[neE]{1,3}+ )?+" QUOTE "[^\\s:\"'|]{1,64}+:" PIPED
      "(?:sudo )?+chpasswd", NULL, 1, 0, 0 },
    { "piped", "echo ",
      "(?i)(?:-[neE]{1,3}+ )?+" QUOTE PIPED
      TAKES, NULL, 1, 0, 0 },
    { "piped", "printf ",
      "(?i)(?:[\"']?%s(?:\\\\n)?[\"']? )?+" QUOTE PIPED TAKES, NULL, 1, 0, 0 },
    { "piped", "chpasswd",
      "(?i) ?+<<< ?+" QUOTE "[^\\s:\"'|]{1,64}+:(" ARGUMENT ")",
      NULL, 1, 0, 0 },

    { NULL, NULL, NULL, NULL, 0, 0, 0 }
};
