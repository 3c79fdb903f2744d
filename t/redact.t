# SPDX-License-Identifier: BSD-2-Clause
#
# Secrets never enter the ring: from a POST to the API, in every field.  The
# corpus, t/redaction, is tested in redact-corpus.t.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    zone => 'main entries=1000 entry_size=2k',
    http => <<'END',
        rackscope_logs_redact 'badge \d{6}' 'badge ******';
        rackscope_logs_redact '(?<bank>IBAN )\w+' '${bank}$$';
        rackscope_logs_redact 'ticket-(\d+)-\d+' '$1';
END
)->start;

my $mark = 'mArK3r-8d1f';

# What becomes of a text in which § is the secret.

my @rows = (
    [ 'postgres://bob:§@db.local:5432/app',
        'postgres://bob:***@db.local:5432/app' ],
    [ 'redis://:§@cache:6379/0', 'redis://:***@cache:6379/0' ],
    [ 'amqp://u:a@§/b:c@mq/v', 'amqp://u:***@mq/v' ],
    [ 'see https://bob:§@example.org/x, please',
        'see https://bob:***@example.org/x, please' ],
    [ 'password="my § secret" next', 'password="***" next' ],
    [ "login with {'token': '§', 'user': 'bob'}",
        "login with {'token': '***', 'user': 'bob'}" ],
    [ 'body {"password": "§", "n": 1}', 'body {"password": "***", "n": 1}' ],
    [ 'body {\"password\": \"§\", \"n\": 1}',
        'body {\"password\": \"***\", \"n\": 1}' ],
    [ 'Authorization: Bearer §', 'Authorization: Bearer ***' ],
    [ 'Authorization: Basic §', 'Authorization: Basic ***' ],
    [ 'sent authorization: bearer §', 'sent authorization: bearer ***' ],
    [ 'GET /x?a=1&access_token=§&b=2', 'GET /x?a=1&access_token=***&b=2' ],
    [ 'key AKIAIOSFODNN7EXAMPLE', 'key ***' ],
);

for my $name (qw(password passwd pwd secret secret_key client_secret token
    access_token refresh_token api_key apikey auth authorization private_key
    session cookie PASSWORD DB_PASSWORD clientSecret access-token accessToken))
{
    push @rows, [ "a $name=§ b", "a $name=*** b" ] if $name !~ /auth|cook/;
    push @rows, [ "a $name=§",   "a $name=***" ];
    push @rows, [ "$name: §",    "$name: ***" ];
}
push @rows, [ 'X-Api-Key: §', 'X-Api-Key: ***' ];

# All rows in each of the fields; the answers are read as they are.

my %place = (
    message    => sub { +{ message => $_[0] } },
    exception  => sub { +{ message => 'm', exception  => "E: $_[0]" } },
    logger     => sub { +{ message => 'm', logger     => $_[0] } },
    request_id => sub { +{ message => 'm', request_id => $_[0] } },
    path       => sub { +{ message => 'm', path       => "/a/$_[0]" } },
    extra      => sub { +{ message => 'm', x          => $_[0] } },
    deep       => sub { +{ message => 'm', x => { y => [ 1, { z => $_[0] } ] } } },
    key        => sub { +{ message => 'm', $_[0] => 1 } },
    tree       => sub { +{ message => { y => [ $_[0] ] } } },
    text       => sub { $_[0] },
);

my %seen_at = (
    exception => sub { $_[0]{exception} =~ s/\AE: //r },
    path      => sub { $_[0]{path} =~ s{\A/a/}{}r },
    extra     => sub { $_[0]{x} },
    deep      => sub { $_[0]{x}{y}[1]{z} },
    key       => sub {
        join ' ', grep { !/\A(?:_seq|timestamp|level|logger|message)\z/ }
            keys %{ $_[0] };
    },
    tree => sub { decode_json($_[0]{message})->{y}[0] },
    text => sub { $_[0]{message} },
);

for my $place (sort keys %place) {
    my $seq = $nginx->last_seq;
    my $at  = $seen_at{$place} // sub { $_[0]{$place} };
    my (@in, @want);

    for (@rows) {
        my ($in, $out) = @$_;
        s/\xc2\xa7/$mark/ for $in;

        # a path ends where its query begins
        if ($place eq 'path') { s/\?.*// for $in, $out }

        push @in,   $place{$place}->($in);
        push @want, $out;
    }

    my $body = $place eq 'text' ? join "\n", @in : \@in;
    is $nginx->post($body)->json->{accepted}, scalar @rows, "$place: posted";

    my @records = $nginx->records("since_seq=$seq&n=1000");
    is_deeply [ map { $at->($_) } @records ], \@want, "$place: redacted";
}

# A field whose name says it, whatever it holds; names in any disguise.

for my $value (qq("$mark"), 42, 'true', qq(["$mark"]), qq({"a":{"b":"$mark"}})) {
    for my $name ('password', 'DB_PASSWORD', 'apiKey', 'pass\u0077ord') {
        my $seq = $nginx->last_seq;
        $nginx->post(qq({"message":"m","x":[{"$name":$value}],"$name":$value}));

        my ($record) = $nginx->records("since_seq=$seq");
        my $plain = $name =~ s/\\u0077/w/r;

        is $record->{$plain}, '***', "$name: $value";
        is $record->{x}[0]{$plain}, '***', "$name: $value, deeper";
    }
}

# No message at all: the entry becomes it.

my $seq = $nginx->last_seq;
$nginx->post(qq({"password":"$mark","n":1}));
is +($nginx->records("since_seq=$seq"))[0]{message}, '{"password":"***","n":1}',
    'an entry that is the message';

# In a traceback that comes as text.

$seq = $nginx->last_seq;
$nginx->post("ERROR: x\nTraceback (most recent call last):\n"
        . "  File \"a.py\", line 1\n    connect(password='$mark')\n"
        . "Error: token=$mark\n");
is +($nginx->records("since_seq=$seq"))[0]{exception},
    "Traceback (most recent call last):\n  File \"a.py\", line 1\n"
    . "    connect(password='***')\nError: token=***", 'a traceback';

# Rules of the operator.

$seq = $nginx->last_seq;
$nginx->post({ message => 'badge 123456, IBAN DE02120300000000202051',
        x => [ 'ticket-17-99', 'badge 12345' ] });
my ($record) = $nginx->records("since_seq=$seq");
is $record->{message}, 'badge ******, IBAN $', 'rackscope_logs_redact';
is_deeply $record->{x}, [ '17', 'badge 12345' ], 'in extra fields, too';

# Redaction comes before the cut: no place of it shows a part of a secret.

my $before = $nginx->last_seq;
$nginx->post([ map {
    { message => 'x' x $_ . " password=$mark" . $mark x 100 }
} 1750 .. 1950 ]);
my $cut = $nginx->get("/api/logs?since_seq=$before&n=1000")->body;
is scalar(() = $cut =~ /"truncated":true/g), scalar(() = $cut =~ /bytes\ cut\]/g),
    'some are cut';
like $cut, qr/"truncated":true/, 'indeed';
unlike $cut, qr/mArK|password=[^*" \xe2]/, 'and no secret is';

$nginx->post({ message => 'token=a ' x 1024, password => 'b' x 5000 });
unlike $nginx->get('/api/logs?n=1')->body, qr/token=a/, 'texts that grow';

# Bad JSON, broken at each byte around a secret: neither the answer nor the
# error log quotes it.  Outside of an array it is kept as text, which is redacted
# like any other; an element is rejected, whatever follows in it.

my $json = qq({"message":"password=$mark","token":["$mark"]});
my @answers;
for my $at (1 .. length($json) - 1) {
    my $client = $nginx->client(1);

    my $start  = substr $json, 0, $at;

    for my $body ($start, "$start\n", "$start]\e[1m\n", qq([{"n":1},$start\x01$mark)) {
        push @answers,
            $client->request('POST', '/internal/logs', body => $body)->body;
    }
}

is scalar(@answers), 4 * (length($json) - 1), 'bad bodies';
is scalar(grep { /mArK/ } @answers), 0, 'no answer quotes them';
is scalar($nginx->log_lines(qr/mArK/)), 0, 'the error log neither';

# Not in the memory of the ring either.

SKIP: {
    my ($pid) = $nginx->workers;
    my @maps = (slurp("/proc/$pid/maps") // '')
        =~ /^([0-9a-f]+-[0-9a-f]+\ rw-s)\ /mgx;

    open my $mem, '<:raw', "/proc/$pid/mem"
        or skip "memory of a worker: $!", 2;

    my $shared = '';
    for (@maps) {
        no warnings 'portable';
        my ($start, $end) = map { hex } /\A(\w+)-(\w+)/;
        sysseek $mem, $start, 0 or next;
        sysread $mem, $shared, $end - $start, length $shared;
    }

    ok $shared =~ /"message":"a\ DB_PASSWORD=\*\*\*/x, 'the ring in memory';
    ok $shared !~ /mArK/, 'no secret in it';
}

# PCRE2 takes no text that is no UTF-8, so all of it is repaired before a rule
# sees it: also what stands in headers.

my $latin = "caf\xe9 badge 123456";
my $fixed = "caf\x{fffd} badge ******";

$nginx->line_of('of a latin program',
    headers => [ 'X-Syslog-Program' => $latin ]);
my ($latin_record) = $nginx->records('n=1');
is $latin_record->{logger}, $fixed, 'a header in Latin-1 is repaired';

done();
