# SPDX-License-Identifier: BSD-2-Clause
#
# rediss://: TLS that is verified.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Redis;
use Rackscope::Share;
use Rackscope::Test;

plan skip_all => 'neither redis-server nor valkey-server is installed'
    if !Rackscope::Redis->installed;

my $dir = Rackscope::Nginx->new->prefix;

# A certificate for one name and one address, which signs itself.

sub certificate {
    my ($name, $subject) = @_;

    my $result = run(qw(openssl req -x509 -nodes -days 2 -newkey ec -pkeyopt
            ec_paramgen_curve:prime256v1 -subj), "/CN=$name", '-addext',
        "subjectAltName=$subject", '-keyout', "$dir/$name.key", '-out',
        "$dir/$name.pem");
    $result->{rc} == 0 or die $result->{err};

    return { cert => "$dir/$name.pem", key => "$dir/$name.key" };
}

my $good  = certificate('good',  'DNS:localhost,IP:127.0.0.1');
my $other = certificate('other', 'DNS:other.test');
spew("$dir/all.pem", slurp("$dir/good.pem") . slurp("$dir/other.pem"));

my $redis = Rackscope::Redis->new(tls => $good)->start;
my $port  = $redis->port;

sub tls {
    my ($url, $authorities, %opt) = @_;

    return Rackscope::Share::node($url, timeout => '10s', %opt,
        env  => { SSL_CERT_FILE => $authorities // "$dir/all.pem" },
        main => 'env SSL_CERT_FILE;');
}

my @nodes = map { tls($_) } "rediss://localhost:$port",
    "rediss://127.0.0.1:$port";
ok wait_up(@nodes), 'by a name, and by an address';
post_next($_) for @nodes;
is_whole('TLS', @nodes);

accepted($_, map { $_ x 2000 } 'a' .. 'z') for @nodes, @nodes;
ok wait_same(@nodes, 106), 'large answers';

$redis->kill->start;
accepted($_, 'again') for @nodes;
ok wait_same(@nodes, 108), 'a new connection';
is_sound($_) for @nodes;

# What is wrong with a server, in plain words; its records are not its own.

my $wrong = Rackscope::Redis->new(tls => $other)->start;
my $plain = Rackscope::Redis->new->start;

my @cases = (
    [ 'another name', $wrong->port, undef,
        qr/its certificate is that of another name/ ],
    [ 'another authority', $port, "$dir/other.pem",
        qr/its certificate is not signed by an authority that this system trusts/ ],
    [
        # Redis 7.0 waits for more, and what came later takes this for an error
        'no TLS', $plain->port, undef,
        qr/it does not answer the TLS handshake|the TLS handshake failed/
    ],
);

my @bad = map {
    my ($name, $to, $authorities) = @$_;
    tls("rediss://localhost:$to", $authorities, timeout => '200ms',
        share => 'key=bad');
} @cases;

for (@cases) {
    my ($name, $to, $authorities, $reason) = @$_;
    my $node = shift @bad;

    accepted($node, $name);
    ok((wait_until { $node->log_lines($reason) } 30), "$name, in plain words")
        or diag map { "$_\n" } $node->log_lines('.');
    is up($node), 0, 'alone';
}

is_deeply $_->command('KEYS', '*bad*'), [], 'nothing was sent there'
    for $wrong, $redis, $plain;

done();
