# SPDX-License-Identifier: BSD-2-Clause
#
# rackscope_logs_share: what nginx -t says, and the ways to Redis that need a
# configuration of their own: a user, a socket, a name.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::DNS;
use Rackscope::Redis;
use Rackscope::Share;
use Rackscope::Test;

my $redis  = redis();
my $nginx  = Rackscope::Nginx->new;
my $prefix = $nginx->prefix;
my $path   = "$prefix/nginx.conf";

$nginx->allow_log(qr/\[emerg\]/);

spew("$prefix/pass",  "secret\n");
spew("$prefix/empty", "\n");
spew("$prefix/long",  'x' x 513);

sub check {
    my ($text) = @_;

    $nginx->configure(conf =>
            "%%GLOBALS%%\nevents {}\nhttp {\n%%PATHS%%\n$text\n}\n");

    my $result = $nginx->check;
    my $n = 0;

    for (split /\n/, slurp($path)) {
        $n++;
        $result->{at} = "$path:$n" if /<--/;
    }

    return $result;
}

sub line {
    my ($text) = @_;

    return check("rackscope_logs_zone z;\nrackscope_logs_zone y;\n$text # <--");
}

sub fails {
    my ($text, $message) = @_;

    my $result = ref $text ? $text : line("rackscope_logs_share $text;");
    my ($said) = $result->{err} =~ /\[emerg\] (?:\d+#\d+: )?(.*)/;

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is $said, "$message in $result->{at}", ref $text ? $message : $text;
    is $result->{rc}, 1, 'and nginx -t fails';
    unlike $result->{err}, qr/hush/, 'without a word of the password';
    return;
}

sub works {
    my ($text) = @_;

    my $result = ref $text ? $text : line("rackscope_logs_share $text;");

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is $result->{rc}, 0, $text or diag $result->{err};
    is_deeply [ $result->{err} =~ /\[(?:warn|error|emerg|alert)\].*/g ], [],
        'without a word';
    return;
}

my $it  = '"rackscope_logs_share"';
my $url = 'redis://127.0.0.1';

# The URL.

my %urls = (
    'redis://u:hush@h' => 'a password must not stand in the URL of Redis, which '
        . 'others can read: write it into a file, and name that in '
        . 'password_file=',
    'redis://:hush@h' => 'a password must not stand in the URL of Redis, which '
        . 'others can read: write it into a file, and name that in '
        . 'password_file=',
    map({ $_ => 'the URL of Redis has to begin with redis://, rediss://, unix:/ '
        . 'or redis+sentinel://' }
        'http://127.0.0.1', '127.0.0.1:6379', 'valkey://h', 'REDIS://h', '""'),
    map({ $_ => 'the URL of Redis needs a host, and behind a colon a port from '
        . '1 to 65535, as in redis://10.0.0.5:6379 or redis://[::1]:6379' }
        'redis://', 'redis://:6379', 'redis://h:0', 'redis://h:65536',
        'redis://h:x', 'redis://[::1', 'redis://a,,b'),
    map({ $_ => 'the database in the URL of Redis takes a number from 0 to '
        . '65535' } 'redis://h/x', 'redis://h/65536', 'unix:/s?db=x'),
    'redis://a,b' => 'one host is enough, or redis+sentinel:// for several',
    'redis://h?db=1' => 'the URL of Redis takes no parameters here: the '
        . 'database is a number behind a slash, as in redis://host/1',
    map({ $_ => 'the path of a socket has to begin with a slash, as in '
        . 'unix:/run/redis/redis.sock?db=0' } 'unix:', 'unix:run/redis'),
    'unix:/s?x=1' => 'behind the path of a socket only ?db= and a number can '
        . 'stand',
    map({ $_ => 'the URL of Sentinels needs the name of the master behind a '
        . 'slash, as in redis+sentinel://host:26379/mymaster/0' }
        'redis+sentinel://h', 'redis+sentinel://h/'),
);

fails("z $_", "invalid URL in $it: $urls{$_}") for sort keys %urls;

works("z $_") for $url, "$url:6380", "$url/15", 'redis://[::1]:6379/0',
    'rediss://127.0.0.1', 'unix:/run/redis.sock', 'unix:/run/redis.sock?db=3',
    'redis+sentinel://127.0.0.1:1,127.0.0.2/mymaster',
    'redis+sentinel://127.0.0.1/mymaster/2';

# The parameters.

my $takes = 'which takes a zone, a URL, and then any of key=, password_file=, '
    . 'timeout=';

fails("z $url $_", qq(unknown parameter "$_" in $it, $takes))
    for qw(hello db=1 Key=x password=secret);
fails("z $url timeout=$_", qq(invalid value "timeout=$_" in $it: "timeout" takes )
        . 'a time from 100ms to 60s') for qw(0 99ms 61s 2m x), '';
fails("z $url $_=a $_=b", qq(duplicate parameter "$_=b" in $it, which takes "$_" )
        . 'once') for qw(key password_file);
fails("z $url timeout=1s timeout=2s", 'duplicate parameter "timeout=2s" in '
        . qq($it, which takes "timeout" once));
fails("z $url key=", qq(empty value "key=" in $it: "key" takes the name of a )
        . 'key in Redis, such as rackscope:{app}');
fails("z $url password_file=", qq(empty value "password_file=" in $it: )
        . '"password_file" takes the name of a file');
fails("z $url key=" . 'k' x 257, 'invalid key "' . 'k' x 257 . qq(" in $it: )
        . '"key" takes up to 256 bytes without spaces');

works("z $url $_") for 'key=k', 'timeout=100ms', 'timeout=60s',
    "password_file=$prefix/pass", "password_file=pass key=k timeout=500ms";

fails("z redis://u\@127.0.0.1", "the URL in $it names a user, so "
        . '"password_file=" has to name the file with the password');
fails("z $url password_file=$_", qq(no password in "$prefix/$_" for $it, which )
        . 'takes a file whose first line is the password, of up to 512 bytes')
    for qw(empty long);

my $none = line("rackscope_logs_share z $url password_file=none;");
like $none->{err}, qr{the\ password\ file\ "\Q$prefix\E/none"\ of\ $it
    \ cannot\ be\ opened\ \(2:\ No\ such\ file\ or\ directory\)}x, 'no such file';

# Zones.

fails("x $url", qq(unknown zone "x" in $it, which takes the name of a zone that )
        . '"rackscope_logs_zone" declares,');
fails(check("rackscope_logs_zone z entries=4097 entry_size=16k;\n"
            . "rackscope_logs_share z $url; # <--"),
    qq(the zone "z" is too large for $it, which takes a zone with entries= times )
        . 'entry_size= of up to 64m,');
works(check("rackscope_logs_zone z entries=4096 entry_size=16k;\n"
            . "rackscope_logs_share z $url;"));
fails(line("rackscope_logs_share z $url;\nrackscope_logs_share z $url key=b;"),
    qq(duplicate $it of the zone "z", which is shared once,));
fails(line("rackscope_logs_share z $url key=k;\n"
            . "rackscope_logs_share y $url key=k;"),
    qq(duplicate key "k" in $it, which takes a key of its own for each zone,));
works(line("rackscope_logs_share z $url;\nrackscope_logs_share y $url;"));
fails('z redis://no.such.host.invalid',
    qq(host not found in the host "no.such.host.invalid" of $it,));

# A user with no more rights than the documentation gives, and a database.

my $key = 'rackscope:{main}';

$redis->command(qw(ACL SETUSER log on >secret resetkeys ~rackscope:* +xadd +xread
        +xrange +xrevrange +xlen +xinfo +xtrim +evalsha +eval +script|load
        +hmget +hset +hdel +del +info +ping +hello +auth +select));

my @nodes;
my $port = $redis->port;

for ("redis://log\@127.0.0.1:$port/3", "redis://log\@127.0.0.1:$port/3") {
    my $node = Rackscope::Share::node_conf($_,
        share => 'password_file=pass', timeout => '10s');
    spew($node->prefix . '/pass', "secret\nanother line\n");
    push @nodes, $node->start;
}

ok wait_up(@nodes), 'a user with the rights that the documentation gives';
post_next($_) for @nodes;

# A socket, and a name that the system knows.

push @nodes, node('unix:' . $redis->socket . '?db=3'),
    node("redis://localhost:$port/3");
post_next($_) for @nodes;
is_whole('a socket, and a name', @nodes);
is_unique('a socket, and a name', @nodes);

# A wrong password.

my $wrong = Rackscope::Share::node_conf("redis://log\@127.0.0.1:$port/3",
    share => 'password_file=pass', timeout => '200ms');
spew($wrong->prefix . '/pass', 'wrong');
$wrong->start;
accepted($wrong, 'alone');
ok wait_until { $wrong->log_lines('Redis does not take this user or password') },
    'a wrong password, in plain words';
is up($wrong), 0, 'alone';
unlike $wrong->log_text, qr/secret|"wrong"/, 'and no password in the error log';

# Reload takes a new password.

spew($wrong->prefix . '/pass', 'secret');
ok $wrong->reload, 'reload';
ok wait_up($wrong), 'with the right one';
ok wait_same(@nodes, $wrong), 'it has joined, with its record';
is scalar(grep { $_ eq 'alone' } messages($nodes[0])), 1, 'which all have';

# A name that a DNS server knows is resolved again for each connection: the
# other address has another Redis.

my $other = Rackscope::Redis->new(host => '127.0.0.2', port => $port)->start;
my $dns   = Rackscope::DNS->new;

$dns->set('redis.test' => '127.0.0.1');

my @named = nodes(2, "redis://redis.test:$port", timeout => '10s',
    http => 'resolver 127.0.0.1:' . $dns->port . ' valid=1s;');
accepted($_, 'named') for @named;
ok wait_same(@named, 2), 'a name of a resolver';

# Those that connect while the old address is still cached are cut again, until
# each worker's connection and the tail of each node are at the other Redis.

sub named_at {
    my ($there) = @_;

    return map { /^id=(\d+)\ addr=[\d.]+:\d+\ .*\ db=0\ /x ? $1 : () }
        split /\n/, $there->command(qw(CLIENT LIST TYPE normal));
}

$dns->set('redis.test' => '127.0.0.2');
ok((wait_until {
    my @old = named_at($redis);
    $redis->ask(qw(CLIENT KILL ID), $_) for @old;
    !@old && named_at($other) >= 2 * (2 + 1);
} 30), 'is resolved again');
accepted($_, 'moved') for @named;
ok wait_same(@named, 4), 'and everything is there';

# A name that nobody knows.

my $unknown = node("redis://unknown.test:$port", timeout => '200ms',
    http => 'resolver 127.0.0.1:' . $dns->port . ';');
accepted($unknown, 'alone');
ok wait_until {
    $unknown->log_lines('the name of its host does not resolve')
}, 'a name that does not resolve, in plain words';

# Two shapes on one key share nothing, and are told of each other.

my @shapes = map { node($redis->url, share => 'key=shapes', timeout => '5s',
        http => $_) } '', 'rackscope_logs_redact cat dog;';
ok wait_up(@shapes), 'two shapes on one key';
accepted($_, 'a cat') for @shapes;
is_deeply [ map { messages($_) } @shapes ], [ 'a cat', 'a dog' ],
    'share nothing';
ok wait_until {
    grep { $_->log_lines('uses the same key with other rackscope_logs_zone or '
        . 'rackscope_logs_redact, or another version: it shares nothing') }
        @shapes
}, 'and are told';
$shapes[0]->configure(http => $shapes[1]{conf}{http});
ok $shapes[0]->reload, 'a change of configuration rolls on';
ok wait_same(@shapes), 'then both have the same';
is_deeply [ messages($shapes[0]) ], ['a dog'],
    'and nothing that was made under other rules';

done();
