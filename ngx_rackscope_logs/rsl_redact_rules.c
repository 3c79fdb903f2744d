
/*
 * Secrets that are known by their shape, without a name beside them.
 *
 * Every pattern is anchored, begins with a literal prefix, and uses possessive
 * quantifiers: it cannot backtrack.  What may be followed by a failure is
 * bounded, for the next try may begin in the middle of it.  Where each format
 * is documented stands in docs/redaction.md.
 */


#include "rsl_redact_internal.h"


#define ALNUM   "[A-Za-z0-9]"
#define BASE64U "[A-Za-z0-9_-]"

/* what a credential is made of, and what stands around it is not */
#define CREDENTIAL  "[^\\s\"'`<>,;&\\\\(){}\\[\\]|]"


const rsl_redact_shape_t  rsl_redact_shapes[] = {

    /* three or two parts of base64url, of which the first is {"... */
    { "jwt", "eyJ",
      "eyJ" BASE64U "{8,512}+\\." BASE64U "{2,}+(?:\\." BASE64U "*+){0,3}+",
      NULL, 0, 0 },

    /* a PEM private key, to its end or to the end of the text */
    { "pem", "-----BEGIN",
      "-----BEGIN(?:(?:[ +]|%20)[A-Z0-9]++){0,4}?(?:[ +]|%20)PRIVATE"
      "(?:[ +]|%20)KEY(?:(?:[ +]|%20)BLOCK)?+-----",
      "-----END", 0, 1 },

    { "aws-key-id", "AKIA",
      "AKIA[A-Z0-9]{12,}+", NULL, 0, 0 },
    { "aws-key-id", "ASIA",
      "ASIA[A-Z0-9]{12,}+", NULL, 0, 0 },
    { "aws-key-id", "ABIA",
      "ABIA[A-Z0-9]{12,}+", NULL, 0, 0 },
    { "aws-key-id", "ACCA",
      "ACCA[A-Z0-9]{12,}+", NULL, 0, 0 },

    { "github", "ghp_",
      "ghp_[A-Za-z0-9_]{16,}+", NULL, 0, 0 },
    { "github", "gho_",
      "gho_[A-Za-z0-9_]{16,}+", NULL, 0, 0 },
    { "github", "ghu_",
      "ghu_[A-Za-z0-9_]{16,}+", NULL, 0, 0 },
    { "github", "ghs_",
      "ghs_[A-Za-z0-9_]{16,}+", NULL, 0, 0 },
    { "github", "ghr_",
      "ghr_[A-Za-z0-9_]{16,}+", NULL, 0, 0 },
    { "github-fine", "github_pat_",
      "github_pat_[A-Za-z0-9_]{16,}+", NULL, 0, 0 },

    { "gitlab", "gl",
      "gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct)-"
      "[A-Za-z0-9_.-]{10,}+", NULL, 0, 0 },
    { "gitlab-runner", "GR1348941",
      "GR1348941" BASE64U "{16,}+", NULL, 0, 0 },

    { "slack", "xox",
      "xox[a-z](?:\\.xox[a-z])?+-[A-Za-z0-9-]{8,}+", NULL, 0, 0 },
    { "slack-app", "xapp-",
      "xapp-[A-Za-z0-9-]{8,}+", NULL, 0, 0 },
    { "slack-hook", "hooks.slack.com/",
      "hooks\\.slack\\.com/[a-z]++/([A-Za-z0-9_/+-]{8,}+)", NULL, 0, 0 },
    { "discord-hook", "discord",
      "discord(?:app)?+\\.com/api/webhooks/[0-9]++/"
      "(" BASE64U "{16,}+)", NULL, 0, 0 },
    { "telegram", "bot",
      "bot[0-9]{6,12}+:(" BASE64U "{30,}+)", NULL, 0, 0 },

    { "google", "AIza",
      "AIza" BASE64U "{30,}+", NULL, 0, 0 },
    { "google-oauth", "ya29.",
      "ya29\\." BASE64U "{16,}+", NULL, 0, 0 },
    { "google-client", "GOCSPX-",
      "GOCSPX-" BASE64U "{16,}+", NULL, 0, 0 },

    { "stripe", "sk_",
      "sk_(?:live|test|prod)_" ALNUM "{10,}+", NULL, 0, 0 },
    { "stripe", "rk_",
      "rk_(?:live|test|prod)_" ALNUM "{10,}+", NULL, 0, 0 },
    { "stripe-hook", "whsec_",
      "whsec_[A-Za-z0-9+/=]{16,}+", NULL, 0, 0 },
    { "anthropic", "sk-ant-",
      "sk-ant-" BASE64U "{8,}+", NULL, 0, 0 },
    { "openai", "sk-",
      "sk-(?=[a-z_-]{0,64}+[0-9A-Z])" BASE64U "{20,}+", NULL, 0, 0 },
    { "huggingface", "hf_",
      "hf_" ALNUM "{30,}+", NULL, 0, 0 },

    { "npm", "npm_",
      "npm_" ALNUM "{30,}+", NULL, 0, 0 },
    { "pypi", "pypi-",
      "pypi-" BASE64U "{50,}+", NULL, 0, 0 },
    { "rubygems", "rubygems_",
      "rubygems_[a-f0-9]{32,}+", NULL, 0, 0 },
    { "docker", "dckr_",
      "dckr_(?:pat|oat)_" BASE64U "{20,}+", NULL, 0, 0 },

    { "sendgrid", "SG.",
      "SG\\." BASE64U "{16,64}+\\." BASE64U "{16,}+", NULL, 0, 0 },
    { "mailgun", "key-",
      "key-[a-f0-9]{32,}+", NULL, 0, 0 },
    { "twilio", "SK",
      "SK[a-f0-9]{32}+(?![A-Za-z0-9])", NULL, 0, 0 },
    { "vault", "hv",
      "hv[sbr]\\." BASE64U "{20,}+", NULL, 0, 0 },
    { "digitalocean", "do",
      "do[opr]_v1_[a-f0-9]{32,}+", NULL, 0, 0 },
    { "grafana", "gl",
      "gl(?:c|sa)_[A-Za-z0-9+/=_]{30,}+", NULL, 0, 0 },
    { "shopify", "shp",
      "shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32,}+", NULL, 0, 0 },
    { "databricks", "dapi",
      "dapi[a-f0-9]{32,}+(?:-[0-9]++)?+", NULL, 0, 0 },
    { "newrelic", "NRAK-",
      "NRAK-[A-Z0-9]{20,}+", NULL, 0, 0 },
    { "age", "AGE-SECRET-KEY-",
      "AGE-SECRET-KEY-[0-9A-Z]{20,}+", NULL, 0, 0 },
    { "atlassian", "ATATT3",
      "ATATT3[A-Za-z0-9_=-]{20,}+", NULL, 0, 0 },
    { "linear", "lin_api_",
      "lin_api_" ALNUM "{20,}+", NULL, 0, 0 },
    { "postman", "PMAK-",
      "PMAK-[a-f0-9]{20,}+-[a-f0-9]{20,}+", NULL, 0, 0 },

    /* a word alone is prose, so is one before a comma or a stop */
    { "bearer", "bearer ",
      "(?i:bearer) ++(?=[A-Za-z]*+(?:[0-9_~+/=]|[-.:!#$%@^*][A-Za-z0-9])"
      "|" CREDENTIAL "{20})(" CREDENTIAL "++)", NULL, 1, 0 },

    /* what looks like base64; letters alone only with a ":" in them */
    { "basic", "basic ",
      "(?i:basic) ++((?=[A-Za-z]*+[0-9+/=]|\\S{20}"
      "|(?=[A-Za-z]*?[a-z][A-Z])(?=(?:[A-Za-z]{4}){2,}+(?![A-Za-z]))"
      "(?:[A-Za-z]{4})*?(?:O[g-v]|[A-Za-z][DTjz][o-r]))"
      "[A-Za-z0-9+/]{6,}+" CREDENTIAL "*+)", NULL, 1, 0 },

    { NULL, NULL, NULL, NULL, 0, 0 }
};
