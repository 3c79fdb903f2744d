
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Secrets that are known by their shape, without a name beside them.
 *
 * A new shape is a row of this table: its name, the prefix by which it is
 * found, and the pattern of what follows the prefix.  A pattern uses possessive
 * quantifiers, so that it cannot backtrack.  A quantifier behind which the
 * match can still fail is bounded: each byte that it takes may begin the next
 * try.  Where the formats are documented stands in docs/redaction.md.
 */


#include "rsl_redact_internal.h"


#define ALNUM   "[A-Za-z0-9]"
#define BASE64U "[A-Za-z0-9_-]"
#define CRYPT   "[./A-Za-z0-9]"

/* the bytes of a credential: not those that separate or enclose it */
#define CREDENTIAL  "[^\\s\"'`<>,;&\\\\(){}\\[\\]|]"


const rsl_redact_shape_t  rsl_redact_shapes[] = {

    /* three or two parts of base64url; the first one encodes {"... */
    { "jwt", "eyJ",
      BASE64U "{8,}+\\." BASE64U "{2,}+(?:\\." BASE64U "*+){0,3}+",
      NULL, 0, 0, 1 },

    /*
     * a private key in PEM: all behind its first line, to the last line or to
     * the end of the text
     */
    { "pem", "-----BEGIN",
      "(?:(?:[ +]|%20)[A-Z0-9]++){0,4}?(?:[ +]|%20)PRIVATE"
      "(?:[ +]|%20)KEY(?:(?:[ +]|%20)BLOCK)?+-----"
      "(?!\\s{1,16}+(?:at|in|or|and|not|was|is|but|found|header|line)\\s)",
      "-----END", 0, 1, 0 },

    { "aws-key-id", "AKIA",
      "[A-Z0-9]{12,}+", NULL, 0, 0, 0 },
    { "aws-key-id", "ASIA",
      "[A-Z0-9]{12,}+", NULL, 0, 0, 0 },
    { "aws-key-id", "ABIA",
      "[A-Z0-9]{12,}+", NULL, 0, 0, 0 },
    { "aws-key-id", "ACCA",
      "[A-Z0-9]{12,}+", NULL, 0, 0, 0 },

    { "aws-bedrock", "ABSK",
      "[A-Za-z0-9+/]{100,}+={0,2}+", NULL, 0, 0, 0 },
    { "aws-bedrock", "bedrock-api-key-",
      "[A-Za-z0-9+/_=-]{16,}+", NULL, 0, 0, 0 },
    { "amazon-mws", "amzn.mws.",
      "[a-f0-9]{8}-[a-f0-9-]{27}+", NULL, 0, 0, 0 },
    { "amazon-login", "amzn1.oa2-cs.v1.",
      "[a-f0-9]{64}+", NULL, 0, 0, 0 },

    { "github", "ghp_",
      "[A-Za-z0-9_]{16,}+", NULL, 0, 0, 0 },
    { "github", "gho_",
      "[A-Za-z0-9_]{16,}+", NULL, 0, 0, 0 },
    { "github", "ghu_",
      "[A-Za-z0-9_]{16,}+", NULL, 0, 0, 0 },
    { "github", "ghs_",
      "[A-Za-z0-9_]{16,}+"
      "(?:" BASE64U "{0,512}+\\." BASE64U "{20,}+\\." BASE64U "{20,}+)?+",
      NULL, 0, 0, 0 },
    { "github", "ghr_",
      "[A-Za-z0-9_]{16,}+", NULL, 0, 0, 0 },
    { "github-fine", "github_pat_",
      "[A-Za-z0-9_]{16,}+", NULL, 0, 0, 0 },

    { "gitlab", "gl",
      "(?:pat|oas|dt|rt|rtr|cbt|ptt|ft|imt|agent|soat|ffct)-"
      "[A-Za-z0-9_.-]{10,}+", NULL, 0, 0, 0 },
    { "gitlab-runner", "GR1348941",
      BASE64U "{16,}+", NULL, 0, 0, 0 },

    { "slack", "xox",
      "[a-z](?:\\.xox[a-z])?+-[A-Za-z0-9-]{8,}+", NULL, 0, 0, 0 },
    { "slack-app", "xapp-",
      "[A-Za-z0-9-]{8,}+", NULL, 0, 0, 0 },
    { "slack-hook", "hooks.slack.com/",
      "(?i:[a-z]++)/([A-Za-z0-9_/+-]{8,}+)",
      NULL, 1, 0, 0 },
    { "discord-hook", "discord",
      "(?i:(?:app)?+\\.com/api/(?:v[0-9]++/)?+webhooks)/[0-9]++/"
      "(" BASE64U "{16,}+)", NULL, 1, 0, 0 },
    { "telegram", "bot",
      "[0-9]{6,12}+:(" BASE64U "{30,}+)", NULL, 1, 0, 0 },

    { "google", "AIza",
      BASE64U "{30,}+", NULL, 0, 0, 0 },
    { "google-oauth", "ya29.",
      BASE64U "{16,}+", NULL, 0, 0, 0 },
    { "google-refresh", "1//0",
      BASE64U "{40,}+", NULL, 0, 0, 0 },
    { "google-client", "GOCSPX-",
      BASE64U "{16,}+", NULL, 0, 0, 0 },

    { "stripe", "sk_",
      "(?:org_)?+(?:live|test|prod)_" ALNUM "{10,}+", NULL, 0, 0, 0 },
    { "stripe", "rk_",
      "(?:live|test|prod)_" ALNUM "{10,}+", NULL, 0, 0, 0 },
    { "stripe-hook", "whsec_",
      "[A-Za-z0-9+/=]{16,}+", NULL, 0, 0, 0 },
    { "anthropic", "sk-ant-",
      BASE64U "{8,}+", NULL, 0, 0, 0 },
    /* SSH calls the algorithms of keys in hardware sk-ssh-... */
    { "openai", "sk-",
      "(?!ssh-|ecdsa-)(?=[a-z_-]{0,64}+[0-9A-Z])" BASE64U "{20,}+",
      NULL, 0, 0, 0 },
    { "huggingface", "hf_",
      ALNUM "{30,}+", NULL, 0, 0, 0 },
    { "huggingface", "api_org_",
      ALNUM "{30,}+", NULL, 0, 0, 0 },
    { "elevenlabs", "sk_",
      "[a-f0-9]{48}+", NULL, 0, 0, 0 },
    { "groq", "gsk_",
      ALNUM "{40,}+", NULL, 0, 0, 0 },
    { "perplexity", "pplx-",
      ALNUM "{40,}+", NULL, 0, 0, 0 },
    { "replicate", "r8_",
      ALNUM "{30,}+", NULL, 0, 0, 0 },
    { "xai", "xai-",
      ALNUM "{60,}+", NULL, 0, 0, 0 },
    { "langsmith", "lsv2_",
      "(?:pt|sk)_[a-f0-9]{32}+_[a-f0-9]{10}+", NULL, 0, 0, 0 },

    { "npm", "npm_",
      ALNUM "{30,}+", NULL, 0, 0, 0 },
    { "pypi", "pypi-",
      BASE64U "{50,}+", NULL, 0, 0, 0 },
    { "rubygems", "rubygems_",
      "[a-f0-9]{32,}+", NULL, 0, 0, 0 },
    { "docker", "dckr_",
      "(?:pat|oat)_" BASE64U "{20,}+", NULL, 0, 0, 0 },

    { "sendgrid", "SG.",
      BASE64U "{16,64}+\\." BASE64U "{16,}+", NULL, 0, 0, 0 },
    { "mailgun", "key-",
      "[a-f0-9]{32,}+", NULL, 0, 0, 0 },
    { "twilio", "SK",
      "[A-Fa-f0-9]{32}+(?![A-Za-z0-9])", NULL, 0, 0, 0 },
    { "vault", "hv",
      "[sbr]\\." BASE64U "{20,}+", NULL, 0, 0, 0 },
    { "digitalocean", "do",
      "[opr]_v1_[a-f0-9]{32,}+", NULL, 0, 0, 0 },
    { "grafana", "gl",
      "(?:c|sa)_[A-Za-z0-9+/=_]{30,}+", NULL, 0, 0, 0 },
    { "shopify", "shp",
      "(?:at|ca|pa|ss)_[A-Fa-f0-9]{32,}+", NULL, 0, 0, 0 },
    { "databricks", "dapi",
      "[a-f0-9]{32,}+(?:-[0-9]++)?+", NULL, 0, 0, 0 },
    { "newrelic", "NR",
      "(?:AK|AL|II|IQ|JS|RA)-[A-Za-z0-9_-]{19,}+", NULL, 0, 0, 0 },
    { "newrelic", "eu01xx",
      ALNUM "{30,40}+(?<=NRAL)", NULL, 0, 0, 0 },
    { "k3s", "K10",
      "[a-f0-9]{64}+::[a-z0-9_-]{1,64}+:" CREDENTIAL "{8,}+",
      NULL, 0, 0, 0 },
    { "age", "AGE-SECRET-KEY-",
      "[0-9A-Z]{20,}+", NULL, 0, 0, 0 },
    { "atlassian", "AT",
      "(?:ATT3|CTT3|BB)[A-Za-z0-9_=-]{20,}+", NULL, 0, 0, 0 },
    { "llamaindex", "llx-",
      BASE64U "{20,}+", NULL, 0, 0, 0 },
    { "linear", "lin_api_",
      ALNUM "{20,}+", NULL, 0, 0, 0 },
    { "putty", "private-lines:",
      " ?+[0-9]++\\s++((?:(?!private-)[A-Za-z0-9+/=]{4,80}+(?:\\R|\\z))++)",
      NULL, 1, 0, 0 },
    { "putty", "private-mac:",
      " ?+([A-Fa-f0-9]{40,}+)", NULL, 1, 0, 0 },
    { "postman", "PMAK-",
      "[a-f0-9]{20,}+-[a-f0-9]{20,}+", NULL, 0, 0, 0 },

    { "1password", "A3-",
      "[A-Z0-9]{6}-[A-Z0-9]{6,11}+(?:-[A-Z0-9]{5}){3,4}+", NULL, 0, 0, 0 },
    { "1password", "ops_eyJ",
      "[A-Za-z0-9+/_=-]{40,}+", NULL, 0, 0, 0 },
    { "adobe", "p8e-",
      BASE64U "{32,}+", NULL, 0, 0, 0 },
    { "airtable", "pat",
      ALNUM "{14}\\.[a-f0-9]{64}+", NULL, 0, 0, 0 },
    { "alibaba", "LTAI",
      ALNUM "{12,}+", NULL, 0, 0, 0 },
    { "artifactory", "AKCp",
      ALNUM "{60,}+", NULL, 0, 0, 0 },
    { "artifactory", "cmVmd",
      ALNUM "{59,}+", NULL, 0, 0, 0 },
    { "braintree", "access_token$",
      "(?:production|sandbox)\\$[a-z0-9]{16}\\$[a-f0-9]{32}+",
      NULL, 0, 0, 0 },
    { "brevo", "xkeysib-",
      "[a-f0-9]{64}-" ALNUM "{16,}+", NULL, 0, 0, 0 },
    { "brevo", "xsmtpsib-",
      "[a-f0-9]{64}-" ALNUM "{16,}+", NULL, 0, 0, 0 },
    { "buildkite", "bkua_",
      "[a-f0-9]{40}+", NULL, 0, 0, 0 },
    { "circleci", "CCIPAT_",
      "[A-Za-z0-9_]{20,}+", NULL, 0, 0, 0 },
    { "clickhouse", "4b1d",
      ALNUM "{38}+(?![A-Za-z0-9])", NULL, 0, 0, 0 },
    { "clojars", "CLOJARS_",
      ALNUM "{60,}+", NULL, 0, 0, 0 },
    { "cloudflare", "cf",
      "(?:ut|at|k)_" BASE64U "{30,}+", NULL, 0, 0, 0 },
    { "cloudflare", "v1.0-",
      "[a-f0-9]{24}-[a-f0-9]{100,}+", NULL, 0, 0, 0 },
    { "contentful", "CFPAT-",
      BASE64U "{40,}+", NULL, 0, 0, 0 },
    { "crates", "cio",
      "(?=[A-Za-z]{0,31}+[0-9])" ALNUM "{32}+(?![A-Za-z0-9])",
      NULL, 0, 0, 0 },
    { "defined", "dnkey-",
      "[A-Za-z0-9_=-]{60,}+", NULL, 0, 0, 0 },
    { "doppler", "dp.",
      "(?:pt|st|ct|sa|scim|audit)\\.(?:[a-z0-9_-]{2,35}+\\.)?+"
      ALNUM "{40,}+", NULL, 0, 0, 0 },
    { "dropbox", "sl.",
      "(?:u\\.)?+" BASE64U "{130,}+", NULL, 0, 0, 0 },
    { "duffel", "duffel_",
      "(?:test|live)_[A-Za-z0-9_=-]{40,}+", NULL, 0, 0, 0 },
    { "dynatrace", "dt0",
      "[a-z][0-9]{2}\\." ALNUM "{24}\\." ALNUM "{64}+", NULL, 0, 0, 0 },
    { "easypost", "EZ",
      "[AT]K" ALNUM "{54}+", NULL, 0, 0, 0 },
    { "facebook", "EAA",
      "[A-Z]" ALNUM "{80,}+", NULL, 0, 0, 0 },
    { "figma", "fig",
      "[dou][rh]?+_" BASE64U "{36,}+", NULL, 0, 0, 0 },
    { "flutterwave", "FLWSECK",
      "(?:_TEST)?+-" ALNUM "{12,}+(?:-X)?+", NULL, 0, 0, 0 },
    { "fly", "fm",
      "(?:1[ar]|2)_[A-Za-z0-9+/=]{60,}+", NULL, 0, 0, 0 },
    { "fly", "fo1_",
      BASE64U "{40,}+", NULL, 0, 0, 0 },
    { "frameio", "fio-u-",
      "[A-Za-z0-9_=-]{60,}+", NULL, 0, 0, 0 },
    { "grafana", "eyJrIjoi",
      ALNUM "{60,}+={0,3}+", NULL, 0, 0, 0 },
    { "harness", "pat.",
      BASE64U "{22}\\." ALNUM "{24}\\." ALNUM "{20}+", NULL, 0, 0, 0 },
    { "harness", "sat.",
      BASE64U "{22}\\." ALNUM "{24}\\." ALNUM "{20}+", NULL, 0, 0, 0 },
    { "heroku", "HRKU-",
      BASE64U "{36,}+", NULL, 0, 0, 0 },
    { "infracost", "ico-",
      ALNUM "{32}+(?![A-Za-z0-9])", NULL, 0, 0, 0 },
    { "intra42", "s-s4t2",
      "(?:ud|af)-[a-f0-9]{64}+", NULL, 0, 0, 0 },
    { "neon", "napi_",
      "[a-z0-9]{40,}+", NULL, 0, 0, 0 },
    { "netlify", "nfp_",
      ALNUM "{36,}+", NULL, 0, 0, 0 },
    { "notion", "ntn_",
      ALNUM "{40,}+", NULL, 0, 0, 0 },
    { "octopus", "API-",
      "(?=[A-Z]{0,32}+[0-9])[A-Z0-9]{25,}+", NULL, 0, 0, 0 },
    { "openshift", "sha256~",
      BASE64U "{40,}+", NULL, 0, 0, 0 },
    { "plaid", "access-",
      "(?:sandbox|development|production)-[a-f0-9]{8}-[a-f0-9-]{27}+",
      NULL, 0, 0, 0 },
    { "planetscale", "pscale_",
      "(?:tkn|oauth|pw)_[A-Za-z0-9_=.-]{32,}+", NULL, 0, 0, 0 },
    { "posthog", "phx_",
      ALNUM "{40,}+", NULL, 0, 0, 0 },
    { "prefect", "pnu_",
      ALNUM "{36,}+", NULL, 0, 0, 0 },
    { "pulumi", "pul-",
      "[a-f0-9]{40}+", NULL, 0, 0, 0 },
    { "readme", "rdme_",
      "[a-z0-9]{60,}+", NULL, 0, 0, 0 },
    { "scalingo", "tk-us-",
      BASE64U "{40,}+", NULL, 0, 0, 0 },
    { "sentry", "sntry",
      "[su]_[A-Za-z0-9+/_=]{60,}+", NULL, 0, 0, 0 },
    { "settlemint", "sm_",
      "[aps]at_" ALNUM "{16,}+", NULL, 0, 0, 0 },
    { "shippo", "shippo_",
      "(?:live|test)_[A-Fa-f0-9]{40}+", NULL, 0, 0, 0 },
    { "sonarqube", "squ_",
      "[A-Fa-f0-9]{40}+", NULL, 0, 0, 0 },
    { "sonarqube", "sqa_",
      "[A-Fa-f0-9]{40}+", NULL, 0, 0, 0 },
    { "sonarqube", "sqp_",
      "[A-Fa-f0-9]{40}+", NULL, 0, 0, 0 },
    { "sourcegraph", "sgp_",
      "(?:(?:[A-Fa-f0-9]{16}|local)_)?+[A-Fa-f0-9]{40}+", NULL, 0, 0, 0 },
    { "square", "sq0",
      "[a-z]{3}-" BASE64U "{22,}+", NULL, 0, 0, 0 },
    { "square", "EAAA",
      BASE64U "{22,}+", NULL, 0, 0, 0 },
    { "supabase", "sbp_",
      "[a-f0-9]{40}+", NULL, 0, 0, 0 },
    { "supabase", "sb_secret_",
      BASE64U "{20,}+", NULL, 0, 0, 0 },
    { "tailscale", "tskey-",
      "[a-z]{2,16}+-" BASE64U "{16,}+", NULL, 0, 0, 0 },
    { "teams-hook", "webhook.office.com/",
      "(?i:[a-z0-9]++)/([A-Za-z0-9@/_-]{32,}+)",
      NULL, 1, 0, 0 },
    { "terraform", "atlasv1.",
      "[A-Za-z0-9_=-]{60,}+", NULL, 0, 0, 0 },
    { "twitter", "AAAAAAAAAAAAAAAAAAAA",
      ALNUM "{1,64}+%[23][0-9A-F][A-Za-z0-9%]{40,}+", NULL, 0, 0, 0 },
    { "typeform", "tfp_",
      "[A-Za-z0-9_.=-]{40,}+", NULL, 0, 0, 0 },
    { "vault", "s.",
      "(?=[A-Za-z]{0,23}+[0-9])" ALNUM "{24}+(?![A-Za-z0-9_.-])",
      NULL, 0, 0, 0 },
    { "yandex", "AQVN",
      BASE64U "{35,}+", NULL, 0, 0, 0 },
    { "yandex", "t1.",
      BASE64U "{1,512}+={0,2}+\\." BASE64U "{80,}+={0,2}+",
      NULL, 0, 0, 0 },
    { "yandex", "YC",
      BASE64U "{38}+(?![A-Za-z0-9_-])", NULL, 0, 0, 0 },

    /*
     * hashes of passwords, as crypt(3) and its relatives write them: the "$"
     * or "{" before the method stays
     */
    { "crypt", "1$",
      CRYPT "{1,16}+\\$" CRYPT "{20,}+", NULL, 0, 0, 0 },
    { "crypt", "5$",
      "(?:rounds=[0-9]{1,9}+\\$)?+" CRYPT "{1,32}+\\$" CRYPT "{40,}+",
      NULL, 0, 0, 0 },
    { "crypt", "6$",
      "(?:rounds=[0-9]{1,9}+\\$)?+" CRYPT "{1,32}+\\$" CRYPT "{40,}+",
      NULL, 0, 0, 0 },
    { "junos", "9$",
      "(?=[A-Za-z0-9./-]{0,64}?[A-Z])[A-Za-z0-9./-]{8,}+", NULL, 0, 0, 0 },
    { "junos", "8$aes",
      "[a-z0-9-]{3,16}+\\$[A-Za-z0-9$+/=-]{20,}+", NULL, 0, 0, 0 },
    { "crypt", "y$j",
      CRYPT "{1,16}+\\$" CRYPT "{1,64}+\\$" CRYPT "{20,}+", NULL, 0, 0, 0 },
    { "crypt", "gy$j",
      CRYPT "{1,16}+\\$" CRYPT "{1,64}+\\$" CRYPT "{20,}+", NULL, 0, 0, 0 },
    { "crypt", "apr1$",
      CRYPT "{1,16}+\\$" CRYPT "{20,}+", NULL, 0, 0, 0 },
    { "bcrypt", "2a$",
      "[0-9]{2}\\$" CRYPT "{50,}+", NULL, 0, 0, 0 },
    { "bcrypt", "2b$",
      "[0-9]{2}\\$" CRYPT "{50,}+", NULL, 0, 0, 0 },
    { "bcrypt", "2x$",
      "[0-9]{2}\\$" CRYPT "{50,}+", NULL, 0, 0, 0 },
    { "bcrypt", "2y$",
      "[0-9]{2}\\$" CRYPT "{50,}+", NULL, 0, 0, 0 },
    { "phpass", "P$B",
      CRYPT "{30}+", NULL, 0, 0, 0 },
    { "phpass", "H$9",
      CRYPT "{30}+", NULL, 0, 0, 0 },
    { "drupal", "S$C",
      CRYPT "{51}+", NULL, 0, 0, 0 },
    { "drupal", "S$D",
      CRYPT "{51}+", NULL, 0, 0, 0 },
    { "drupal", "S$E",
      CRYPT "{51}+", NULL, 0, 0, 0 },
    { "argon2", "argon2",
      "(?:id|i|d)\\$(?:v=[0-9]++\\$)?+[a-z0-9=,]{1,64}+\\$"
      "[A-Za-z0-9+/=]{1,128}+\\$[A-Za-z0-9+/=]{16,}+", NULL, 0, 0, 0 },
    { "pbkdf2", "pbkdf2",
      "[a-z0-9:_-]{0,16}+(?:[$:][0-9]{1,9}+)?+\\$[A-Za-z0-9./+=_-]{1,128}+"
      "\\$[A-Za-z0-9./+=_-]{16,}+", NULL, 0, 0, 0 },
    { "scrypt", "scrypt",
      "[:$][0-9:$rnp=,l]{1,32}+\\$?+[A-Za-z0-9./+=_-]{1,128}+"
      "[A-Za-z0-9./+=_$-]{24,}+", NULL, 0, 0, 0 },
    { "scram", "SCRAM-SHA-",
      "(?:1|256|512)\\$[0-9]{1,9}+:[A-Za-z0-9+/=]{1,128}+\\$"
      "[A-Za-z0-9+/=:]{20,}+", NULL, 0, 0, 0 },
    { "django", "sha1$",
      "[A-Za-z0-9]{0,64}+\\$[a-f0-9]{40}+", NULL, 0, 0, 0 },
    { "ldap", "SHA",
      "(?:256|384|512)?+\\}[A-Za-z0-9+/]{24,}+={0,2}+", NULL, 0, 0, 0 },
    { "ldap", "SSHA",
      "(?:256|384|512)?+\\}[A-Za-z0-9+/]{24,}+={0,2}+", NULL, 0, 0, 0 },
    { "ldap", "SMD5}",
      "[A-Za-z0-9+/]{24,}+={0,2}+", NULL, 0, 0, 0 },
    { "ldap", "MD5}",
      "[A-Za-z0-9+/]{20,}+={0,2}+", NULL, 0, 0, 0 },

    /* a JSON web token in base64 */
    { "jwt-base64", "ZXlK",
      "[A-Za-z0-9+/_=-]{40,}+", NULL, 0, 0, 0 },

    /*
     * "bearer" before a mere word, with a comma or a stop behind it or not, is
     * prose
     */
    { "bearer", "bearer ",
      " *+(?!:?\\*\\*\\*|[A-Za-z_]{2,32}+=[\"'A-Za-z0-9%]"
      "|\\$[A-Z_]{2,64}+(?![a-z0-9])|=)"
      "(?=[A-Za-z]*+(?:[0-9_~+/=]|[-.:!#$%@^*][A-Za-z0-9])"
      "|" CREDENTIAL "{20})(" CREDENTIAL "++)", NULL, 1, 0, 0 },

    /*
     * what looks like base64, and not like "sha512", "read/write" or the name
     * of a class; if it has letters only, what it encodes has to contain a ":"
     */
    { "basic", "basic ",
      " *+(?![A-Za-z_]{2,32}+=[\"'A-Za-z]"
      "|[A-Z]?+[a-z]{2,}+(?:[A-Z][a-z]{2,}+)*+(?![A-Za-z0-9+/=])"
      "|[a-z]{2,}+(?:[0-9]{1,3}+|/[a-z]{2,}+)(?![A-Za-z0-9+/=]))"
      "((?=[A-Za-z]*+[0-9+/=]|\\S{20}"
      "|(?=[A-Za-z]*?[a-z][A-Z])(?=(?:[A-Za-z]{4}){2,}+(?![A-Za-z]))"
      "(?:[A-Za-z]{4})*?(?:O[g-v]|[A-Za-z][DTjz][o-r]))"
      "[A-Za-z0-9+/]{6,}+" CREDENTIAL "*+)", NULL, 1, 0, 0 },

    { NULL, NULL, NULL, NULL, 0, 0, 0 }
};
